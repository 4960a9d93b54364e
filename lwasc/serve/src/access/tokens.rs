//! Callers that are known by a token that somebody else has signed: a JWT (RFC 7519) by Ed25519 (`EdDSA`), for this server's audience, of at
//! most fifteen minutes.
//!
//! Claims: `sub` the caller's name, `roles` a list of names, `aud`, `iat`, `exp`, `iss` where one is configured, `nbf` where it is there.
//! The header's `kid` says which of the configured keys has signed. The signature is checked by `seal`, as all others are.

use super::{Role, Who, bad, is_caller_name};
use crate::reply::Refusal;
use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult, new_error};
use jsonwebtoken::signature::{Error as BadSignature, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use lwas_seal::{PublicKey, Signature};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The longest that a token may count, in seconds.
const LONGEST_S: u64 = 15 * 60;

/// How far the clocks of whoever signs and of this server may be apart, in seconds.
const CLOCKS_APART_S: u64 = 30;

/// Whose tokens count, and for what.
#[derive(Clone)]
pub struct Tokens {
    keys: BTreeMap<String, DecodingKey>,
    validation: Validation,
    roles: BTreeMap<String, Role>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    iat: u64,
    exp: u64,
    roles: Vec<String>,
}

impl Tokens {
    /// Tokens for an audience, by an issuer where it matters, signed by one of these keys, which tokens name. `roles` are those that a token
    /// may name; names that are none allow nothing.
    pub fn new(
        audience: &str,
        issuer: Option<&str>,
        keys: &BTreeMap<String, PublicKey>,
        roles: BTreeMap<String, Role>,
    ) -> Tokens {
        // Only the first call installs it, and all install the same.
        let _ = PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = CLOCKS_APART_S;
        if let Some(issuer) = issuer {
            validation.set_issuer(&[issuer]);
            validation.required_spec_claims.insert("iss".to_owned());
        }
        let key = |(kid, key): (&String, &PublicKey)| (kid.clone(), DecodingKey::from_ed_der(key.as_bytes()));
        Tokens { keys: keys.iter().map(key).collect(), validation, roles }
    }

    /// Who a token says that it is of. `now` is in µs since 1970.
    pub fn find(&self, text: &str, now: i64) -> Result<Who, Refusal> {
        let header = decode_header(text).map_err(|_| bad("expected a key or a token, found neither"))?;
        if header.crit.is_some() {
            return Err(bad("the token asks for extensions that this server does not know"));
        }
        let known = header.kid.as_ref().and_then(|kid| self.keys.get(kid));
        let key = known.ok_or_else(|| bad("the token's `kid` names no key of this server"))?;
        let Claims { sub, iat, exp, roles } =
            decode::<Claims>(text, key, &self.validation).map_err(|error| bad(in_words(error.kind())))?.claims;
        let now_s = u64::try_from(now / 1_000_000).unwrap_or_default();
        if exp.saturating_sub(iat) > LONGEST_S || iat > now_s.saturating_add(CLOCKS_APART_S) {
            return Err(bad(
                "a token counts for at most 15 minutes from `iat` to `exp`, and `iat` is not in the future",
            ));
        }
        if !is_caller_name(&sub) {
            return Err(bad("the token's `sub` is no name of a caller: it is short and has no spaces"));
        }
        let roles: Vec<Role> = roles.iter().filter_map(|name| self.roles.get(name)).cloned().collect();
        let until = exp.saturating_add(CLOCKS_APART_S).saturating_mul(1_000_000);
        Ok(Who::of(sub.into(), Arc::from(roles), i64::try_from(until).ok()))
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("keys", &self.keys.keys()).finish_non_exhaustive()
    }
}

/// What is wrong, as far as it helps whoever made the token.
fn in_words(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "the token has expired",
        ErrorKind::ImmatureSignature => "the token does not count yet",
        ErrorKind::InvalidAudience => "the token is for another audience",
        ErrorKind::InvalidIssuer => "the token is by another issuer",
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => "expected a token that is signed by `EdDSA`",
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => {
            "a token needs the claims `sub`, `aud`, `iat`, `exp` and `roles`, a list of names"
        }
        _ => "the token was not signed by the key that it names",
    }
}

/// Signatures are `seal`'s business; nothing is signed here.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(new_error(ErrorKind::UnsupportedAlgorithm)),
    verifier_factory: |algorithm, key| by_seal(*algorithm, key),
    key_utils: KeyUtils::new_unimplemented(),
};

fn by_seal(algorithm: Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    if algorithm != Algorithm::EdDSA {
        return Err(new_error(ErrorKind::UnsupportedAlgorithm));
    }
    let bytes = key.try_get_as_bytes()?.try_into().map_err(|_| new_error(ErrorKind::InvalidEddsaKey))?;
    let key = PublicKey::from_bytes(bytes).map_err(|_| new_error(ErrorKind::InvalidEddsaKey))?;
    Ok(Box::new(BySeal(key)))
}

struct BySeal(PublicKey);

impl Verifier<Vec<u8>> for BySeal {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), BadSignature> {
        let bytes = signature.as_slice().try_into().map_err(|_| BadSignature::new())?;
        self.0.verify_strict(message, &Signature(bytes)).map_err(|_| BadSignature::new())
    }
}

impl JwtVerifier for BySeal {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
