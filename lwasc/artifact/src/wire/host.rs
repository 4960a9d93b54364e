//! Host functions, by the numbers that `HostOp::number` gives them, with what is known of the call at compile time. A test holds
//! the two lists together.

use lwas_ir::{End, HostOp};

use super::wire_enum;

wire_enum! {
    HostOp {
        1 TextJoin,
        2 TextFormat(ty),
        3 TextLength,
        4 Equal(ty),
        5 Compare(ty),
        6 ListConcat(ty),
        7 ListContains(ty),
        8 Range,
        9 MoneyAdd,
        10 MoneySub,
        11 MoneyNeg,
        12 MoneyMul,
        13 MoneyNew,
        14 CurrencyDigits,
        15 NumberAdd,
        16 NumberSub,
        17 NumberMul,
        18 NumberNeg,
        19 NumberRound { digits, mode },
        20 FractionFromWide(digits),
        21 FractionFromMoney,
        22 FractionFromNumber,
        23 FractionAdd,
        24 FractionSub,
        25 FractionMul,
        26 FractionDiv,
        27 FractionNeg,
        28 FractionCompare,
        29 FractionRound { digits, mode },
        30 FractionRoundMoney(mode),
        31 FractionWithCurrency,
        32 BagNew,
        33 BagAdd,
        34 BagSub,
        35 BagNeg,
        36 BagFromMoney,
        37 BagGet,
        38 BagList,
        39 Split { first },
        40 SplitMoney { first },
        41 TimeAdd,
        42 AddDays,
        43 AddMonths { next_day },
        44 DaysInMonth,
        45 Year,
        46 Month,
        47 Day,
        48 Weekday,
        49 DateOf,
        50 Pow { from, to },
        51 RowGet(state),
        52 RowPut(state),
        53 RowDelete(state),
        54 NextSeq(state),
        55 Scan { state, index, parts },
        56 AggregateGet(aggregate),
        57 AggregateAdd(aggregate),
        58 AggregateSub(aggregate),
        59 SeeBefore,
        60 SeeAfter,
        61 Now,
        62 EventSeq,
        63 Caller,
        64 ScanRange { state, index, parts, from, to },
        70 WindowFirst(state),
        71 ScanEnds { state, index, parts, from, to, last },
        65 Emit(event),
        80 FloatAdd,
        81 FloatSub,
        82 FloatMul,
        83 FloatDiv,
        84 FloatNeg,
        85 FloatCompare,
        86 FloatFromWide(digits),
        87 FloatFromFraction,
        88 FloatRound { digits, mode },
        89 FloatSqrt,
        90 FloatLn,
        91 FloatLog2,
        92 FloatExp,
        93 ListSort { element, key },
        94 MapNew(ty),
        95 MapFind,
        96 MapMerge(ty),
        97 MapRemove(ty),
    }
    End { 0 Open, 1 Included, 2 Excluded }
}

#[cfg(test)]
mod tests {
    use super::HostOp;
    use crate::wire::{Reader, Wire};

    #[test]
    fn each_host_function_is_written_by_its_number() {
        let mut known = 0;
        for number in 0..128u8 {
            // More zeros than any host function has fields: each is 0, or false, or none.
            let bytes = [&[number][..], &[0; 8]].concat();
            let Ok(op) = HostOp::read(&mut Reader(&bytes)) else { continue };
            assert_eq!(op.number(), u16::from(number));
            known += 1;
        }
        assert_eq!(known, 85, "a new host function needs a line in the list");
    }
}
