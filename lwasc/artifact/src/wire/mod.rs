//! How the ir's data become bytes and back: [`Wire`], with the forms of which everything is made. Each struct and enum says its
//! fields once, in `wire_struct!` or `wire_enum!`, so that writing and reading cannot differ, and a field that the ir gains does not
//! compile until it stands here.
//!
//! - A number is unsigned LEB128, seven bits a byte, the lowest first, without superfluous bytes; a signed one is folded
//!   first (0, -1, 1, -2, … become 0, 1, 2, 3, …). A Bool or a u8 is one byte.
//! - A text is the number of its bytes, then these. A list is the number of its elements, then these. An option is 0, or 1
//!   and the value. A struct is its fields in order. An enum is the number of the variant, then its fields.
//!
//! Reading takes exactly what writing gives. Every value has a byte at least, so that a list is never longer than what is left.

mod code;
mod host;
mod module;

use cranelift_entity::{EntityRef, PrimaryMap};
use lwas_ir::Module;
use std::collections::BTreeMap;

use crate::ArtifactError;

/// The encoding of a module.
pub fn encode_module(module: &Module) -> Vec<u8> {
    let mut out = Vec::new();
    module.write(&mut out);
    out
}

/// The module that bytes encode. It is not verified: only its form is right.
///
/// # Errors
/// [`ArtifactError::Damaged`].
pub fn decode_module(bytes: &[u8]) -> Result<Module, ArtifactError> {
    decode(bytes)
}

/// The value that bytes encode, all of them.
pub(crate) fn decode<T: Wire>(bytes: &[u8]) -> Result<T, ArtifactError> {
    let mut reader = Reader(bytes);
    let value = T::read(&mut reader)?;
    if reader.0.is_empty() { Ok(value) } else { Err(ArtifactError::Damaged("something follows its program")) }
}

/// Something with an encoding.
pub(crate) trait Wire: Sized {
    /// Writes it behind `to`.
    fn write(&self, to: &mut Vec<u8>);
    /// Reads one.
    fn read(from: &mut Reader<'_>) -> Read<Self>;
}

/// What was read.
pub(crate) type Read<T> = Result<T, ArtifactError>;

/// The bytes that were not read yet.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Read<u8> {
        let (first, rest) = self.0.split_first().ok_or(ArtifactError::Damaged("it ends too early"))?;
        self.0 = rest;
        Ok(*first)
    }

    /// An unsigned number, in the shortest form only.
    fn wide(&mut self) -> Read<u128> {
        let mut value = 0u128;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            let shifted = bits << shift;
            if shifted >> shift != bits {
                return Err(ArtifactError::Damaged("a number is too large"));
            }
            value |= shifted;
            if byte & 0x80 == 0 {
                let shortest = shift == 0 || byte != 0;
                return if shortest {
                    Ok(value)
                } else {
                    Err(ArtifactError::Damaged("a number is longer than it must be"))
                };
            }
        }
        Err(ArtifactError::Damaged("a number is too large"))
    }

    /// An unsigned number of a type.
    pub(crate) fn number<T: TryFrom<u128>>(&mut self) -> Read<T> {
        T::try_from(self.wide()?).map_err(|_| ArtifactError::Damaged("a number is too large"))
    }

    /// The number of elements that follow, each of which has a byte at least.
    fn count(&mut self) -> Read<usize> {
        let count: usize = self.number()?;
        if count > self.0.len() {
            Err(ArtifactError::Damaged("a list is longer than the rest of it"))
        } else {
            Ok(count)
        }
    }

    /// As many bytes as a number before them says.
    pub(crate) fn bytes(&mut self) -> Read<&'a [u8]> {
        let count = self.count()?;
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(ArtifactError::Damaged("it ends too early"))?;
        self.0 = rest;
        Ok(bytes)
    }
}

/// Writes an unsigned number.
pub(crate) fn write_number(mut value: u128, to: &mut Vec<u8>) {
    while value >= 0x80 {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

/// Writes bytes with their number before them.
pub(crate) fn write_bytes(bytes: &[u8], to: &mut Vec<u8>) {
    write_number(bytes.len() as u128, to);
    to.extend_from_slice(bytes);
}

impl Wire for u8 {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(*self);
    }

    fn read(from: &mut Reader<'_>) -> Read<u8> {
        from.byte()
    }
}

impl Wire for bool {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Read<bool> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(ArtifactError::Damaged("a bit is neither 0 nor 1")),
        }
    }
}

impl Wire for u16 {
    fn write(&self, to: &mut Vec<u8>) {
        write_number(u128::from(*self), to);
    }

    fn read(from: &mut Reader<'_>) -> Read<u16> {
        from.number()
    }
}

impl Wire for u32 {
    fn write(&self, to: &mut Vec<u8>) {
        write_number(u128::from(*self), to);
    }

    fn read(from: &mut Reader<'_>) -> Read<u32> {
        from.number()
    }
}

impl Wire for u64 {
    fn write(&self, to: &mut Vec<u8>) {
        write_number(u128::from(*self), to);
    }

    fn read(from: &mut Reader<'_>) -> Read<u64> {
        from.number()
    }
}

impl Wire for i128 {
    fn write(&self, to: &mut Vec<u8>) {
        write_number((self << 1 ^ self >> 127).cast_unsigned(), to);
    }

    fn read(from: &mut Reader<'_>) -> Read<i128> {
        let folded = from.wide()?;
        Ok((folded >> 1).cast_signed() ^ -((folded & 1).cast_signed()))
    }
}

impl Wire for i64 {
    fn write(&self, to: &mut Vec<u8>) {
        i128::from(*self).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<i64> {
        i64::try_from(i128::read(from)?).map_err(|_| ArtifactError::Damaged("a number is too large"))
    }
}

impl Wire for String {
    fn write(&self, to: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), to);
    }

    fn read(from: &mut Reader<'_>) -> Read<String> {
        let text = std::str::from_utf8(from.bytes()?).map_err(|_| ArtifactError::Damaged("a text is not UTF-8"))?;
        Ok(text.to_owned())
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, to: &mut Vec<u8>) {
        self.is_some().write(to);
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<Option<T>> {
        if bool::read(from)? { T::read(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, to: &mut Vec<u8>) {
        write_number(self.len() as u128, to);
        self.iter().for_each(|element| element.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Read<Vec<T>> {
        // The list grows as its elements are read: a forged count costs nothing.
        let count = from.count()?;
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(T::read(from)?);
        }
        Ok(list)
    }
}

impl<K: EntityRef, V: Wire> Wire for PrimaryMap<K, V> {
    fn write(&self, to: &mut Vec<u8>) {
        write_number(self.len() as u128, to);
        self.values().for_each(|value| value.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Read<PrimaryMap<K, V>> {
        Ok(Vec::read(from)?.into_iter().collect())
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, to: &mut Vec<u8>) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Read<(A, B)> {
        Ok((A::read(from)?, B::read(from)?))
    }
}

impl<K: Wire + Ord, V: Wire> Wire for BTreeMap<K, V> {
    fn write(&self, to: &mut Vec<u8>) {
        write_number(self.len() as u128, to);
        for (key, value) in self {
            key.write(to);
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Read<BTreeMap<K, V>> {
        let mut map = BTreeMap::new();
        for _ in 0..from.count()? {
            let (key, value) = <(K, V)>::read(from)?;
            if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(ArtifactError::Damaged("a table is out of order"));
            }
            map.insert(key, value);
        }
        Ok(map)
    }
}

/// Structs, by their fields in order.
macro_rules! wire_struct {
    ($($name:ident { $($field:ident),* $(,)? })*) => { $(
        impl $crate::wire::Wire for $name {
            fn write(&self, to: &mut Vec<u8>) {
                let $name { $($field),* } = self;
                $( $crate::wire::Wire::write($field, to); )*
            }

            fn read(from: &mut $crate::wire::Reader<'_>) -> $crate::wire::Read<$name> {
                $( let $field = $crate::wire::Wire::read(from)?; )*
                Ok($name { $($field),* })
            }
        }
    )* };
}

/// Enums, by the numbers of their variants and the fields of each in order. A number is never given to another variant.
macro_rules! wire_enum {
    ($($name:ident {
        $($number:literal $variant:ident $(($($item:ident),*))? $({ $($field:ident),* })?),* $(,)?
    })*) => { $(
        impl $crate::wire::Wire for $name {
            fn write(&self, to: &mut Vec<u8>) {
                match self { $(
                    $name::$variant $(($($item),*))? $({ $($field),* })? => {
                        $crate::wire::write_number($number, to);
                        $($( $crate::wire::Wire::write($item, to); )*)?
                        $($( $crate::wire::Wire::write($field, to); )*)?
                    }
                )* }
            }

            fn read(from: &mut $crate::wire::Reader<'_>) -> $crate::wire::Read<$name> {
                match from.number::<u32>()? {
                    $( $number => {
                        $($( let $item = $crate::wire::Wire::read(from)?; )*)?
                        $($( let $field = $crate::wire::Wire::read(from)?; )*)?
                        Ok($name::$variant $(($($item),*))? $({ $($field),* })?)
                    } )*
                    _ => Err($crate::ArtifactError::Damaged(concat!("it has no known ", stringify!($name), " where it must have one"))),
                }
            }
        }
    )* };
}

pub(crate) use {wire_enum, wire_struct};
