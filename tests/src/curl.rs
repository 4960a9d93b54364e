//! What the sessions know as `curl`, so that pages can show requests as readers type them, and run where curl is not installed. It
//! understands the few options that the pages use: `-s`, `-X METHOD`, `-H 'name: value'`, `-d DATA` (which makes it a POST), `--cacert FILE`, and `-w` with
//! `%{http_code}`, `%header{name}` and `\n`. All else is an error.
//!
//! A session's server listens on free ports, while its page shows others: `LWASC_PORTS` says which are meant, `8891:40321 8892:40322`
//! (and `LWASC_PORT` the first free one, for what is no curl).

use std::env;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// A request may take as long as a busy machine needs.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// What was typed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    url: String,
    method: Option<String>,
    headers: Vec<(String, String)>,
    data: Option<String>,
    written_after: String,
    /// The certificate that is trusted.
    trusted: Option<String>,
}

/// Does what curl would.
pub fn main() -> ExitCode {
    let ports = env::var("LWASC_PORTS").unwrap_or_default();
    let done = asked(env::args().skip(1), &ports).and_then(|asked| answer(&asked));
    match done {
        Ok(text) => {
            // Who no longer listens needs no error.
            let _ = stdout().write_all(&text);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("curl: {why}");
            ExitCode::from(2)
        }
    }
}

fn asked(mut args: impl Iterator<Item = String>, ports: &str) -> Result<Asked, String> {
    let mut asked = Asked::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{arg}` needs a value"));
        match arg.as_str() {
            "-s" => {}
            "-X" => asked.method = Some(value()?),
            "-H" => {
                let header = value()?;
                let (name, text) = header.split_once(':').ok_or_else(|| format!("`{header}` is no header"))?;
                asked.headers.push((name.trim().to_owned(), text.trim().to_owned()));
            }
            "-d" => asked.data = Some(value()?),
            "--cacert" => asked.trusted = Some(value()?),
            "-w" => asked.written_after = value()?,
            option if option.starts_with('-') => return Err(format!("the pages' curl does not know `{option}`")),
            url => asked.url = url.to_owned(),
        }
    }
    let (scheme, rest) = asked.url.split_once("://").unwrap_or(("http", &asked.url));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (name, shown) = host.split_once(':').unwrap_or((host, "80"));
    let meant = ports.split(' ').filter_map(|pair| pair.split_once(':')).find(|(known, _)| *known == shown);
    let host = meant.map_or(host.to_owned(), |(_, port)| format!("{name}:{port}"));
    asked.url = format!("{scheme}://{host}{path}");
    Ok(asked)
}

fn answer(asked: &Asked) -> Result<Vec<u8>, String> {
    let mut config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIME_LIMIT));
    if let Some(file) = &asked.trusted {
        let text = std::fs::read(file).map_err(|why| format!("{file}: {why}"))?;
        let certificate = Certificate::from_pem(&text).map_err(|why| format!("{file}: {why}"))?;
        config = config.tls_config(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[certificate])).build());
    }
    let agent = ureq::Agent::new_with_config(config.build());
    let method = asked.method.as_deref().unwrap_or(if asked.data.is_some() { "POST" } else { "GET" });
    let mut request = ureq::http::Request::builder().method(method).uri(&asked.url);
    for (name, value) in &asked.headers {
        request = request.header(name, value);
    }
    let says_type = asked.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if asked.data.is_some() && !says_type {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let request = request.body(asked.data.clone().unwrap_or_default()).map_err(|why| why.to_string())?;
    let mut response = agent.run(request).map_err(|why| why.to_string())?;
    let mut text = response.body_mut().read_to_vec().map_err(|why| why.to_string())?;
    let after = asked.written_after.replace("%{http_code}", response.status().as_str()).replace("\\n", "\n");
    text.extend_from_slice(with_headers(&after, response.headers()).as_bytes());
    Ok(text)
}

/// The text with each `%header{name}` as that header's value.
fn with_headers(text: &str, headers: &ureq::http::HeaderMap) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once("%header{").and_then(|(before, from)| Some((before, from.split_once('}')?)))
    {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        out += &format!("{before}{value}");
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Asked, String> {
        asked(args.iter().map(|arg| (*arg).to_owned()), "8891:4711 8892:4712")
    }

    #[test]
    fn the_port_is_that_of_the_sessions_server() {
        assert_eq!(read(&["-s", "localhost:8891/equity"]).unwrap().url, "http://localhost:4711/equity");
        assert_eq!(read(&["http://127.0.0.1:8892"]).unwrap().url, "http://127.0.0.1:4712");
        assert_eq!(read(&["http://127.0.0.1:1"]).unwrap().url, "http://127.0.0.1:1");
    }

    #[test]
    fn data_headers_and_what_is_written_after_are_kept() {
        let asked = read(&["-w", "%{http_code}\\n", "-H", "a: b", "-d", "{}", "x:1/y"]).unwrap();
        assert_eq!(asked.headers, [("a".to_owned(), "b".to_owned())]);
        assert_eq!((asked.data.as_deref(), asked.written_after.as_str()), (Some("{}"), "%{http_code}\\n"));
    }

    #[test]
    fn an_option_that_it_does_not_know_is_an_error() {
        assert!(read(&["-o", "file", "x"]).unwrap_err().contains("`-o`"));
    }
}
