//! What the sessions know as `jwt`: signs a token with a secret key that `lwasc keygen` has made, as a service that knows people would.
//! `jwt KEY KID CLAIMS`, where in the claims `@iat` stands for now and `@exp` for ten minutes later; `@alg` as a fourth word for
//! another algorithm than the right one.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use lwas_seal::Signer;
use std::process::ExitCode;

/// How long a token counts, in seconds.
const FOR_S: i64 = 600;

/// Does it.
pub fn main() -> ExitCode {
    match token(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(token) => {
            println!("{token}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("jwt: {why}");
            ExitCode::from(2)
        }
    }
}

/// A token of these arguments.
pub fn token(args: &[String]) -> Result<String, String> {
    let ([key, kid, claims] | [key, kid, claims, _]) = args else {
        return Err("expected KEY KID CLAIMS [ALG]".to_owned());
    };
    let alg = args.get(3).map_or("EdDSA", |alg| alg);
    let text = std::fs::read_to_string(key).map_err(|why| format!("{key}: {why}"))?;
    let signer = Signer::from_key_file(&text).map_err(|why| why.to_string())?;
    let now = jiff::Timestamp::now().as_second();
    let claims = claims.replace("@iat", &now.to_string()).replace("@exp", &(now + FOR_S).to_string());
    let header = format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"{kid}"}}"#);
    let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let signature = signer.sign(signed.as_bytes());
    Ok(format!("{signed}.{}", BASE64.encode(signature.as_bytes())))
}
