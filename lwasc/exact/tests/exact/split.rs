//! Allocation: the table of the figures, the properties that the language promises, and the edges.

use lwas_exact::{ExactError, split, split_first};
use num_bigint::BigInt;
use num_integer::Integer;
use proptest::prelude::*;

use crate::oracle::units;

#[test]
fn the_table_of_allocations() {
    assert_eq!(split(9999, &[75, 25]), Ok(vec![7499, 2500]));
    assert_eq!(split_first(9999, &[75, 25]), Ok(vec![7500, 2499]));
    assert_eq!(split(3, &[75, 25]), Ok(vec![2, 1]));
    assert_eq!(split_first(3, &[75, 25]), Ok(vec![3, 0]));
    let weights = [98, 92, 98, 123, 102, 92];
    assert_eq!(split(613, &weights), Ok(vec![99, 93, 99, 125, 104, 93]));
    assert_eq!(split_first(613, &weights), Ok(vec![100, 94, 99, 124, 103, 93]));
    for both in [split, split_first] {
        assert_eq!(both(-10000, &[1, 1, 1]), Ok(vec![-3334, -3333, -3333]));
        assert_eq!(both(1000, &[1, 1, 1]), Ok(vec![334, 333, 333]));
    }
}

#[test]
fn the_figures_of_the_examples() {
    assert_eq!(split(12659, &[50, 30, 20]), Ok(vec![6329, 3798, 2532]));
    assert_eq!(split(1000, &[1, 1, 1]), Ok(vec![334, 333, 333]));
    let mut year = vec![834; 4];
    year.extend([833; 8]);
    assert_eq!(split(10000, &[1; 12]), Ok(year));
}

#[test]
fn bad_weights_are_refused() {
    for both in [split, split_first] {
        assert_eq!(both(100, &[]), Err(ExactError::BadWeights));
        assert_eq!(both(100, &[0, 0]), Err(ExactError::BadWeights));
        assert_eq!(both(100, &[3, -1]), Err(ExactError::BadWeights));
        assert_eq!(both(0, &[0]), Err(ExactError::BadWeights));
        assert_eq!(both(0, &[1, 2]), Ok(vec![0, 0]));
    }
}

#[test]
fn a_weight_of_zero_gets_nothing() {
    assert_eq!(split(100, &[0, 1, 2]), Ok(vec![0, 33, 67]));
    assert_eq!(split_first(100, &[0, 1, 2]), Ok(vec![0, 34, 66]));
}

#[test]
fn the_ends_of_128_bits() {
    for both in [split, split_first] {
        assert_eq!(both(i128::MIN, &[i128::MAX]), Ok(vec![i128::MIN]));
        assert_eq!(both(i128::MAX, &[0, 1]), Ok(vec![0, i128::MAX]));
        let half = i128::MIN / 2;
        assert_eq!(both(i128::MIN, &[i128::MAX, i128::MAX]), Ok(vec![half, half]));
        let (third, most) = (i128::MAX / 3, [i128::MAX; 3]);
        assert_eq!(both(i128::MAX, &most), Ok(vec![third + 1, third, third]));
    }
}

/// Weights with the corners: zeros, equal ones, huge ones whose sum is outside 128 bits.
fn weights() -> impl Strategy<Value = Vec<i128>> {
    let weight = prop_oneof![
        1 => Just(0i128),
        4 => 1i128..10,
        2 => 1i128..1_000_000,
        1 => 1i128..=i128::MAX,
        1 => (0i128..9).prop_map(|n| i128::MAX - n),
    ];
    prop::collection::vec(weight, 1..14)
        .prop_filter("a positive sum", |weights| weights.iter().any(|weight| *weight > 0))
}

/// Largest remainder by definition: repeatedly the share that is furthest below its exact value.
fn oracle(amount: i128, weights: &[i128]) -> Vec<BigInt> {
    let sum: BigInt = weights.iter().map(|weight| BigInt::from(*weight)).sum();
    let sign = if amount < 0 { -1 } else { 1 };
    let magnitude = BigInt::from(amount) * sign;
    let exact: Vec<BigInt> = weights.iter().map(|weight| &magnitude * *weight).collect();
    let mut shares: Vec<BigInt> = exact.iter().map(|share| share.div_floor(&sum)).collect();
    while shares.iter().sum::<BigInt>() < magnitude {
        let mut most = 0;
        for place in 0..shares.len() {
            let lost = |place: usize| &exact[place] - &shares[place] * &sum;
            if lost(place) > lost(most) {
                most = place;
            }
        }
        shares[most] += 1;
    }
    shares.into_iter().map(|share| share * sign).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn split_agrees_with_the_oracle(amount in units(), weights in weights()) {
        let shares = split(amount, &weights).unwrap();
        let shares: Vec<BigInt> = shares.into_iter().map(BigInt::from).collect();
        prop_assert_eq!(shares, oracle(amount, &weights));
    }

    #[test]
    fn both_add_up_and_stay_within_one_unit(amount in units(), weights in weights()) {
        let sum: BigInt = weights.iter().map(|weight| BigInt::from(*weight)).sum();
        for (by_remainder, shares) in [(true, split(amount, &weights)), (false, split_first(amount, &weights))] {
            let shares = shares.unwrap();
            let total: BigInt = shares.iter().map(|share| BigInt::from(*share)).sum();
            prop_assert_eq!(total, BigInt::from(amount));
            for (share, weight) in shares.iter().zip(&weights) {
                let off = BigInt::from(*share) * &sum - BigInt::from(amount) * *weight;
                let exact = (BigInt::from(amount) * *weight).is_multiple_of(&sum);
                if by_remainder && exact {
                    prop_assert_eq!(off.clone(), BigInt::ZERO);
                }
                // Only `split_first` may give an exact share a whole unit more.
                let off = BigInt::from(off.magnitude().clone());
                prop_assert!(off < sum || (off == sum && !by_remainder));
                prop_assert!(*weight != 0 || *share == 0);
            }
        }
    }

    #[test]
    fn both_mirror(amount in units(), weights in weights()) {
        prop_assume!(amount != i128::MIN);
        for both in [split, split_first] {
            let mirrored: Vec<i128> = both(-amount, &weights).unwrap().iter().map(|share| -share).collect();
            prop_assert_eq!(both(amount, &weights).unwrap(), mirrored);
        }
    }

    #[test]
    fn the_first_shares_get_what_is_left(amount in 0i128..1_000_000, weights in weights()) {
        let sum: BigInt = weights.iter().map(|weight| BigInt::from(*weight)).sum();
        let shares = split_first(amount, &weights).unwrap();
        let extra: Vec<bool> = shares
            .iter()
            .zip(&weights)
            .filter(|(_, weight)| **weight > 0)
            .map(|(share, weight)| BigInt::from(*share) != (BigInt::from(amount) * *weight).div_floor(&sum))
            .collect();
        // First those that got a unit more, then the others, never mixed.
        prop_assert!(extra.windows(2).all(|pair| pair[0] || !pair[1]));
    }
}
