//! `lwasc keygen`: makes a signing key.

use crate::args::Keygen;
use crate::exit::Done;
use crate::{keys, output};
use serde::Serialize;

#[derive(Serialize)]
struct Made {
    secret: String,
    public: String,
    key: String,
}

pub fn run(args: &Keygen) -> Done {
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
