//! How often somebody may ask. An address is counted before anything of a request is looked at, so that trying keys and tokens costs whoever
//! does it, and a caller when it is known. Addresses of IPv6 are counted by their network of 64 bits, which one machine has for itself.

use crate::reply::Refusal;
use axum::http::StatusCode;
use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// How often those who have been still for a while are forgotten.
pub const FORGETTING: Duration = Duration::from_secs(10);

/// How many requests a second; none for any number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// From one address.
    pub by_address: Option<NonZeroU32>,
    /// By one caller.
    pub by_caller: Option<NonZeroU32>,
}

type Counted<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// Who has asked how often.
pub struct Counts {
    by_address: Option<Counted<IpAddr>>,
    by_caller: Option<Counted<Arc<str>>>,
}

impl Counts {
    /// Nobody has asked yet.
    pub fn new(rates: Rates) -> Counts {
        Counts {
            by_address: rates.by_address.map(|most| RateLimiter::hashmap(Quota::per_second(most))),
            by_caller: rates.by_caller.map(|most| RateLimiter::hashmap(Quota::per_second(most))),
        }
    }

    /// Counts a request of a caller.
    ///
    /// # Errors
    /// It asks too often.
    pub fn ask(&self, caller: &Arc<str>) -> Result<(), Refusal> {
        match &self.by_caller {
            Some(counted) if !caller.is_empty() && counted.check_key(caller).is_err() => {
                Err(too_often(&format!("`{caller}` asks too often; try again in a moment")))
            }
            _ => Ok(()),
        }
    }

    /// Counts a request from an address.
    ///
    /// # Errors
    /// It comes too often.
    pub fn ask_from(&self, address: IpAddr) -> Result<(), Refusal> {
        match &self.by_address {
            Some(counted) if counted.check_key(&network(address)).is_err() => {
                Err(too_often("too many requests come from this address; try again in a moment"))
            }
            _ => Ok(()),
        }
    }

    /// Forgets who has been still, again and again; never ends.
    pub async fn forget(self: Arc<Self>) {
        loop {
            tokio::time::sleep(FORGETTING).await;
            if let Some(counted) = &self.by_address {
                counted.retain_recent();
                counted.shrink_to_fit();
            }
            if let Some(counted) = &self.by_caller {
                counted.retain_recent();
            }
        }
    }
}

/// What is counted as one sender.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

fn too_often(message: &str) -> Refusal {
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, "E0715", message)
}

#[cfg(test)]
mod tests {
    use super::{Counts, Rates, network};
    use std::num::NonZeroU32;

    #[test]
    fn a_network_of_ipv6_is_one_sender() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn who_asks_too_often_is_turned_away_and_nobody_else() {
        let counts = Counts::new(Rates { by_address: NonZeroU32::new(2), by_caller: NonZeroU32::new(1) });
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let asked = [one, one, one, other].map(|address| counts.ask_from(address).is_ok());
        assert_eq!(asked, [true, true, false, true]);
        let asked = ["a", "a", "b", "", ""].map(|caller| counts.ask(&caller.into()).is_ok());
        assert_eq!(asked, [true, false, true, true, true]);
    }
}
