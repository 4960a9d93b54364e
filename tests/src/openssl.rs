//! What the sessions know as `openssl`, so that pages can show how a certificate is made as readers type it, and run where OpenSSL is not
//! installed. It understands the one command that the pages use, `openssl req -x509 …`, of which it reads where the two files go and
//! for which name the certificate is.

use rcgen::{CertificateParams, KeyPair};
use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

/// Does what openssl would.
pub fn main() -> ExitCode {
    match made(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("openssl: {why}");
            ExitCode::from(2)
        }
    }
}

fn made(args: &[String]) -> Result<(), String> {
    if !matches!(args, [req, x509, ..] if req == "req" && x509 == "-x509") {
        return Err("the pages' openssl knows `req -x509` alone".to_owned());
    }
    let after = |option: &str| {
        let at = args.iter().position(|arg| arg == option).ok_or_else(|| format!("expected `{option}`"))?;
        args.get(at + 1).ok_or_else(|| format!("`{option}` needs a value"))
    };
    let name = args.iter().find_map(|arg| arg.strip_prefix("subjectAltName=DNS:")).ok_or("expected a name")?;
    write(name, Path::new(after("-out")?), Path::new(after("-keyout")?))
}

/// Makes a certificate for a name, and its key, as two files.
pub fn write(name: &str, certificate_file: &Path, key_file: &Path) -> Result<(), String> {
    let why = |error: rcgen::Error| error.to_string();
    let key = KeyPair::generate().map_err(why)?;
    let certificate = CertificateParams::new([name.to_owned()]).and_then(|of| of.self_signed(&key)).map_err(why)?;
    let io = |error: std::io::Error| error.to_string();
    fs::write(certificate_file, certificate.pem()).map_err(io)?;
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(key_file);
    file.and_then(|mut file| std::io::Write::write_all(&mut file, key.serialize_pem().as_bytes())).map_err(io)
}
