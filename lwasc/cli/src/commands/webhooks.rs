//! Who is told of alerts, as a configuration says it: each entry is held against the program and the files that it names.

use super::program::Loaded;
use super::serving;
use crate::exit::Stop;
use lwas_driver::{Configuration, Placed, WebhookOf};
use lwas_runtime::alerts::SEVERITIES;
use lwas_serve::{AUDIT_ALERT, HookError, Target, Token, Webhook};
use std::time::Duration;

/// How long a receiver may take to answer when nobody says.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);

/// All of them.
pub fn asked(configuration: &Configuration, says: &[WebhookOf], loaded: &Loaded) -> Result<Vec<Webhook>, Stop> {
    let mut hooks: Vec<Webhook> = vec![];
    for of in says {
        let hook = webhook(configuration, of, loaded)?;
        if hooks.iter().any(|known| known.name == hook.name) {
            let message =
                format!("two webhooks are called `{}`; the ledger keeps by name what each has acknowledged", hook.name);
            return Err(configuration.wrong_at(&of.name, &message).into());
        }
        hooks.push(hook);
    }
    Ok(hooks)
}

/// What `--check` says of one.
pub fn shown(hook: &Webhook) -> String {
    let severities: Vec<&str> =
        SEVERITIES.iter().zip(hook.severities).filter_map(|(name, is_told)| is_told.then_some(*name)).collect();
    let alerts = if hook.alerts.is_empty() { "all alerts".to_owned() } else { hook.alerts.join(", ") };
    format!("webhook     {}, at {}: {alerts} ({})", hook.name, hook.target.shown(), severities.join(", "))
}

fn webhook(configuration: &Configuration, of: &WebhookOf, loaded: &Loaded) -> Result<Webhook, Stop> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !is_name(&of.name.value) {
        let message = "expected the name of a webhook, of letters, digits, `-`, `_` and `.`, such as `pager`";
        return Err(configuration.wrong_at(&of.name, message).into());
    }
    Ok(Webhook {
        name: of.name.value.clone(),
        target: target(configuration, of)?,
        severities: severities(configuration, of)?,
        alerts: alerts(configuration, of, loaded)?,
    })
}

fn target(configuration: &Configuration, of: &WebhookOf) -> Result<Target, Stop> {
    let timeout = match &of.timeout {
        None => USUAL_TIMEOUT,
        Some(text) => serving::duration(configuration, text, Duration::from_millis(1), "`10s`")?,
    };
    let cant_read = |path: &Placed<std::path::PathBuf>, error: &std::io::Error| -> Stop {
        let message = format!("can't read {}: {error}", configuration.beside(&path.value).display());
        configuration.wrong_at(path, &message).into()
    };
    let token = match (&of.token_file, &of.token_env) {
        (Some(_), Some(second)) => {
            return Err(configuration.wrong_at(second, "expected `token_file` or `token_env`, not both").into());
        }
        (Some(path), None) => {
            let file = configuration.beside(&path.value);
            std::fs::read_to_string(&file).map_err(|error| cant_read(path, &error))?;
            Some(Token::File(file))
        }
        (None, Some(name)) => {
            let message = || format!("the environment has no variable `{}` with a text", name.value);
            Some(Token::Value(std::env::var(&name.value).map_err(|_| configuration.wrong_at(name, &message()))?))
        }
        (None, None) => None,
    };
    let trusted = match &of.ca {
        None => None,
        Some(path) => Some(std::fs::read(configuration.beside(&path.value)).map_err(|error| cant_read(path, &error))?),
    };
    Target::new(&of.url.value, token, trusted.as_deref(), timeout).map_err(|error| match (&error, &of.ca) {
        (HookError::Certificates(_), Some(ca)) => configuration.wrong_at(ca, &error.to_string()).into(),
        _ => configuration.wrong_at(&of.url, &error.to_string()).into(),
    })
}

fn severities(configuration: &Configuration, of: &WebhookOf) -> Result<[bool; SEVERITIES.len()], Stop> {
    let Some(named) = &of.severities else { return Ok([true; SEVERITIES.len()]) };
    let mut told = [false; SEVERITIES.len()];
    for name in named {
        let Some(place) = SEVERITIES.iter().position(|known| *known == name.value) else {
            let message = format!("expected `{}`, found `{}`", SEVERITIES.join("`, `"), name.value);
            return Err(configuration.wrong_at(name, &message).into());
        };
        told[place] = true;
    }
    Ok(told)
}

fn alerts(configuration: &Configuration, of: &WebhookOf, loaded: &Loaded) -> Result<Vec<String>, Stop> {
    let known = || loaded.program.module.alerts.iter().map(|alert| alert.check.name.as_str()).chain([AUDIT_ALERT]);
    let name = |name: &Placed<String>| {
        if known().any(|known| known == name.value) {
            return Ok(name.value.clone());
        }
        let hint = lwas_base::hint(&name.value, known());
        Err(configuration.wrong_at(name, &format!("the program has no alert `{}`{hint}", name.value)).into())
    };
    of.alerts.iter().map(name).collect()
}
