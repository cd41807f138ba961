//! Bytes in and out of the caller's memory. The only file of this crate with `unsafe`.

use crate::failure::Failure;
use tiprdc::ErrorKind;

/// Reads f32 in the machine's byte order.
pub(crate) fn numbers(bytes: &[u8]) -> Result<Vec<f32>, Failure> {
    let (fours, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(Failure::argument(format!(
            "numbers take 4 bytes each, found {} bytes",
            bytes.len()
        )));
    }
    Ok(fours.iter().map(|four| f32::from_ne_bytes(*four)).collect())
}

/// Reads f64 in the machine's byte order.
pub(crate) fn times(bytes: &[u8]) -> Result<Vec<f64>, Failure> {
    let (eights, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(Failure::argument(format!(
            "times take 8 bytes each, found {} bytes",
            bytes.len()
        )));
    }
    Ok(eights
        .iter()
        .map(|eight| f64::from_ne_bytes(*eight))
        .collect())
}

/// Writes f32 in the machine's byte order into the caller's memory, as [`write`] does.
pub(crate) fn write_numbers(numbers: &[f32], address: u64, capacity: u64) -> Result<(), Failure> {
    let (ptr, length) = (numbers.as_ptr().cast::<u8>(), size_of_val(numbers));
    // SAFETY: the bytes of a slice of f32 are there to be read, `length` of them, and have no padding.
    write(
        unsafe { std::slice::from_raw_parts(ptr, length) },
        address,
        capacity,
    )
}

/// Writes `bytes` into the caller's memory: `capacity` bytes from `address` on.
///
/// Nothing is written where they do not fit. Only the packages in `kotlin/` and `swift/` call this; each passes memory that
/// it made for this one call, and keeps it alive until the call is over.
pub(crate) fn write(bytes: &[u8], address: u64, capacity: u64) -> Result<(), Failure> {
    if bytes.len() as u64 > capacity {
        return Err(Failure::new(
            ErrorKind::Internal,
            format!(
                "{} bytes do not fit into the {capacity} that were made for them",
                bytes.len()
            ),
        ));
    }
    if bytes.is_empty() {
        return Ok(());
    }
    let address = usize::try_from(address).unwrap_or(0);
    if address == 0 {
        return Err(Failure::argument("no memory was given to write to"));
    }
    let target = std::ptr::with_exposed_provenance_mut::<u8>(address);
    // SAFETY: the package owns `capacity` writable bytes at `address` and shares them with nobody during this call, as
    // said above; `bytes` is Rust's own, so the two do not overlap, and fits, as was just checked.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(), Failure>) -> i32 {
        let Failure::Kind { code, .. } = result.expect_err("this cannot be written");
        code
    }

    #[test]
    fn what_does_not_fit_is_not_written() {
        let mut memory = [7u8; 4];
        let address = memory.as_mut_ptr().expose_provenance() as u64;
        assert_eq!(code(write(&[1, 2, 3, 4, 5], address, 4)), 900);
        assert_eq!(memory, [7; 4]);
        write(&[1, 2, 3], address, 4).expect("three bytes fit into four");
        assert_eq!(memory, [1, 2, 3, 7]);
    }

    #[test]
    fn numbers_arrive_as_they_were() {
        let mut memory = [0u8; 8];
        let address = memory.as_mut_ptr().expose_provenance() as u64;
        write_numbers(&[1.5, -2.0], address, 8).expect("two numbers fit into 8 bytes");
        assert_eq!(numbers(&memory).expect("two numbers"), [1.5, -2.0]);
    }

    #[test]
    fn no_address_is_an_argument_error() {
        assert_eq!(code(write(&[1], 0, 1)), 205);
        write(&[], 0, 0).expect("nothing needs no memory");
    }

    #[test]
    fn half_a_number_is_refused() {
        assert!(numbers(&[0, 0, 0]).is_err());
        assert_eq!(numbers(&1.5f32.to_ne_bytes()).expect("one number"), [1.5]);
    }
}
