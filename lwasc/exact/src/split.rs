//! Dividing an amount in proportion to weights so that the shares add up to it exactly.
//!
//! Each share is first rounded toward zero. What is then missing is a whole number of minor units, fewer than
//! there are shares that lost something; [`split`] hands them out by the method of the largest remainder
//! (Hamilton's, as in the apportionment of seats), [`split_first`] from the front. All is done on magnitudes,
//! so that a negative amount gives the mirror image.

use std::cmp::Reverse;

use num_bigint::BigUint;
use num_integer::Integer;

use crate::error::ExactError;

/// Divides `amount` in proportion; the leftover goes, one minor unit each, to the largest remainders, the
/// earlier first. The weights are counts of one and the same digits. Error: `BadWeights` where one is negative
/// or all are zero.
pub fn split(amount: i128, weights: &[i128]) -> Result<Vec<i128>, ExactError> {
    let mut portions = portions(amount, weights)?;
    let order = match &portions.remainders {
        Remainders::Small(remainders) => by_remainder(remainders),
        Remainders::Big(remainders) => by_remainder(remainders),
    };
    portions.hand_out(&order);
    Ok(portions.signed(amount))
}

/// As [`split`], but the leftover goes to the earliest shares. A share whose weight is zero gets nothing.
pub fn split_first(amount: i128, weights: &[i128]) -> Result<Vec<i128>, ExactError> {
    let mut portions = portions(amount, weights)?;
    let order: Vec<usize> =
        (0..weights.len()).filter(|place| weights.get(*place).is_some_and(|weight| *weight > 0)).collect();
    portions.hand_out(&order);
    Ok(portions.signed(amount))
}

/// The places of the shares, largest remainder first, the earlier of equals first.
fn by_remainder<R: Ord>(remainders: &[R]) -> Vec<usize> {
    let mut order: Vec<(usize, &R)> = remainders.iter().enumerate().collect();
    order.sort_by_key(|(_, remainder)| Reverse(*remainder));
    order.into_iter().map(|(place, _)| place).collect()
}

/// The magnitudes of the shares, rounded toward zero, with what each lost (in parts of the sum of the weights)
/// and how many minor units are left.
struct Portions {
    shares: Vec<u128>,
    remainders: Remainders,
    left: u128,
}

/// What the shares lost: in 128 bits where all the products fit, else in numbers of any size.
enum Remainders {
    Small(Vec<u128>),
    Big(Vec<BigUint>),
}

impl Portions {
    /// Gives one minor unit each to the places in `order` until nothing is left.
    fn hand_out(&mut self, order: &[usize]) {
        for place in order {
            if self.left == 0 {
                break;
            }
            if let Some(share) = self.shares.get_mut(*place) {
                *share += 1;
                self.left -= 1;
            }
        }
        debug_assert_eq!(self.left, 0, "fewer units are left than shares lost something");
    }

    /// The shares with the sign of the amount. None is larger than it, so each fits.
    fn signed(self, amount: i128) -> Vec<i128> {
        let negative = amount < 0;
        let sign = |share: u128| {
            if negative { share.wrapping_neg().cast_signed() } else { share.cast_signed() }
        };
        self.shares.into_iter().map(sign).collect()
    }
}

/// Rounds every share toward zero.
fn portions(amount: i128, weights: &[i128]) -> Result<Portions, ExactError> {
    if weights.iter().any(|weight| *weight < 0) || weights.iter().all(|weight| *weight == 0) {
        return Err(ExactError::BadWeights);
    }
    let magnitude = amount.unsigned_abs();
    let weights = weights.iter().map(|weight| weight.unsigned_abs());
    let sum = weights.clone().try_fold(0u128, |sum, weight| sum.checked_add(weight));
    let (shares, remainders) = match sum {
        // No weight is above the sum, so where this product fits every other does.
        Some(sum) if magnitude.checked_mul(sum).is_some() => {
            let (shares, remainders) =
                weights.map(|weight| (magnitude * weight / sum, magnitude * weight % sum)).unzip();
            (shares, Remainders::Small(remainders))
        }
        _ => {
            let (shares, remainders) = big_portions(magnitude, weights);
            (shares, Remainders::Big(remainders))
        }
    };
    let given: u128 = shares.iter().sum();
    Ok(Portions { left: magnitude - given, shares, remainders })
}

/// The shares and remainders where a product or the sum of the weights is outside 128 bits.
fn big_portions(magnitude: u128, weights: impl Iterator<Item = u128> + Clone) -> (Vec<u128>, Vec<BigUint>) {
    let sum: BigUint = weights.clone().map(BigUint::from).sum();
    let magnitude = BigUint::from(magnitude);
    weights
        .map(|weight| {
            let (share, remainder) = (&magnitude * weight).div_rem(&sum);
            let share = u128::try_from(share).expect("no weight is above the sum, so no share is above the amount");
            (share, remainder)
        })
        .unzip()
}
