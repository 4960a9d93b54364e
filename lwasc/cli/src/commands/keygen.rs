//! `lwasc keygen`: makes a signing key, or a key for a caller of a server.

use crate::args::Keygen;
use crate::exit::{self, Done, Stop};
use crate::{keys, output};
use lwas_serve::ApiKey;
use serde::Serialize;

#[derive(Serialize)]
struct Made {
    secret: String,
    public: String,
    key: String,
}

#[derive(Serialize)]
struct ForCaller<'a> {
    name: &'a str,
    key: &'a str,
    roles: &'a [String],
    hash: &'a str,
}

pub fn run(args: &Keygen) -> Done {
    if let Some(name) = &args.api {
        return for_caller(name, &args.role, args.json);
    }
    let path = match &args.output {
        Some(path) => path.clone(),
        None => keys::developer_key_path()?,
    };
    let signer = keys::generate()?;
    keys::write_pair(&path, &signer)?;
    let public = keys::public_path(&path);
    if args.json {
        let (secret, public) = (path.display().to_string(), public.display().to_string());
        let key = signer.public_key().to_key_file().trim_end().to_owned();
        let made = Made { secret, public, key };
        return output::answer(&serde_json::to_string(&made).expect("texts always have a JSON form"));
    }
    output::answer(&format!("secret key  {}  (keep it to yourself)", path.display()))?;
    output::answer(&format!("public key  {}  (give it to whoever verifies)", public.display()))
}

/// Prints a key once, and what a server's configuration has of it.
fn for_caller(name: &str, roles: &[String], as_json: bool) -> Done {
    if let Some(role) = roles.iter().find(|role| !lwas_serve::is_caller_name(role)) {
        let message = format!("a role's name has no spaces, such as `reader`, not `{role}`");
        return Err(Stop::new(exit::USAGE, message));
    }
    if !lwas_serve::is_caller_name(name) {
        let message = format!("a caller's name has no spaces, such as `till-1` or `ann@example.com`, not `{name}`");
        return Err(Stop::new(exit::USAGE, message));
    }
    let key = ApiKey::generate().map_err(|error| Stop::new(exit::IO, error.to_string()))?;
    let hash = ApiKey::hash_of(&key).to_string();
    if as_json {
        let made = ForCaller { name, key: &key, roles, hash: &hash };
        return output::answer(&serde_json::to_string(&made).expect("texts always have a JSON form"));
    }
    output::say(&format!(
        "the key of `{name}`, which nobody can show again: the caller sends it as `authorization: Bearer KEY`"
    ));
    output::answer(&key)?;
    output::say("for the server's configuration, with the roles that it is to have:");
    let roles: Vec<String> = roles.iter().map(|role| format!("\"{role}\"")).collect();
    let roles = roles.join(", ");
    output::answer(&format!("\n[[serve.api_keys]]\nname = \"{name}\"\nroles = [{roles}]\nhash = \"{hash}\""))
}
