//! Who asks too often is put off: an address before anything is looked at, so that keys can't be tried, and a caller without harm to others.

use super::shop::{Shop, eventually};
use lwas_seal::Hash;

const MANY: usize = 100;

/// A caller's key, and what the configuration has of it.
fn caller(name: &str) -> (String, String) {
    let key = format!("lwas_{name}");
    let hash = Hash::of(key.as_bytes());
    (key, format!("[[serve.api_keys]]\nname = \"{name}\"\nroles = [\"reader\"]\nhash = \"{hash}\"\n"))
}

/// Both limits.
pub fn check() -> Result<(), String> {
    let (ann, of_ann) = caller("ann");
    let (bob, of_bob) = caller("bob");
    let by_address = Shop::open(&format!("[serve.limits]\nrequests_by_address = 5\n{of_ann}"))?;
    by_address_before_keys(&by_address, &ann)?;
    let by_caller = Shop::open(&format!("[serve.limits]\nrequests_by_caller = 5\n{of_ann}{of_bob}"))?;
    by_caller_alone(&by_caller, (&ann, &bob))
}

fn bearer(key: &str) -> String {
    format!("authorization: Bearer {key}\r\n")
}

/// Wrong keys are soon not even looked at, nor is a right one then; and after a while it is.
fn by_address_before_keys(shop: &Shop, right: &str) -> Result<(), String> {
    let mut connection = shop.connect()?;
    let mut put_off = 0;
    for number in 0..MANY {
        let answer = connection.get("/queries/sold", &bearer(&format!("lwas_{number}")))?;
        if answer.status == 401 {
            answer.refused(401, "E0713")?;
            continue;
        }
        let answer = answer.put_off(429, "E0715")?;
        if !answer.header("www-authenticate").is_empty() {
            return Err(format!("a key was looked at: {answer:?}"));
        }
        put_off += 1;
    }
    if put_off < MANY / 2 {
        return Err(format!("of {MANY} requests at once, {put_off} were put off"));
    }
    eventually("a request that is taken", || Ok(connection.get("/queries/sold", &bearer(right))?.status == 200))
}

/// One caller asks too often; another does not notice.
fn by_caller_alone(shop: &Shop, (often, seldom): (&str, &str)) -> Result<(), String> {
    let mut connection = shop.connect()?;
    let mut answer = connection.get("/queries/sold", &bearer(often))?.has(200)?;
    for _ in 0..MANY {
        answer = connection.get("/queries/sold", &bearer(often))?;
        if answer.status != 200 {
            break;
        }
    }
    let answer = answer.put_off(429, "E0715")?;
    if !answer.body.contains("`ann`") {
        return Err(format!("it does not say who: {answer:?}"));
    }
    connection.get("/queries/sold", &bearer(seldom))?.has(200)?;
    connection.get("/queries/sold", &bearer("lwas_0"))?.refused(401, "E0713")?;
    eventually("the caller to be answered again", || Ok(connection.get("/queries/sold", &bearer(often))?.status == 200))
}
