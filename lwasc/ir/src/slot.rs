//! What a register holds: 128 bits that can be any kind. It is also how arguments and results cross between native code,
//! the interpreter and host functions.

/// A value of any kind: I64 and Ref in `lo` (with `hi` 0), I128 in both halves, the lower first. Its layout is fixed, so
/// that native code can write and read arrays of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Slot {
    /// The lower 64 bits.
    pub lo: u64,
    /// The upper 64 bits.
    pub hi: u64,
}

/// An offset into program memory; 0 is `none`.
pub type Ref = u64;

impl Slot {
    /// Zero of any kind, and `none`.
    pub const ZERO: Slot = Slot { lo: 0, hi: 0 };

    /// An I64.
    #[inline]
    pub const fn int(value: i64) -> Slot {
        Slot { lo: value.cast_unsigned(), hi: 0 }
    }

    /// A Bool.
    #[inline]
    pub const fn bool(value: bool) -> Slot {
        Slot { lo: value as u64, hi: 0 }
    }

    /// An I128.
    #[inline]
    pub const fn wide(value: i128) -> Slot {
        let bits = value.cast_unsigned();
        Slot { lo: bits as u64, hi: (bits >> 64) as u64 }
    }

    /// A Ref.
    #[inline]
    pub const fn reference(value: Ref) -> Slot {
        Slot { lo: value, hi: 0 }
    }

    /// As an I64.
    #[inline]
    pub const fn as_int(self) -> i64 {
        self.lo.cast_signed()
    }

    /// As an I128.
    #[inline]
    pub const fn as_wide(self) -> i128 {
        ((self.hi as u128) << 64 | self.lo as u128).cast_signed()
    }

    /// As a Ref.
    #[inline]
    pub const fn as_ref(self) -> Ref {
        self.lo
    }
}
