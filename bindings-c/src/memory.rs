//! The only way to C's memory: every pointer is checked for NULL and alignment, every length for overflow.

use crate::status::{Failure, Outcome};
use std::marker::PhantomData;

/// Numbers, bytes or structs that C passed. NULL is an empty slice if `length` is 0.
///
/// # Safety
/// `data` is NULL or points to `length` values that nobody changes during `'a`.
pub(crate) unsafe fn slice<'a, T>(data: *const T, length: usize, name: &str) -> Outcome<&'a [T]> {
    if length == 0 {
        return Ok(&[]);
    }
    check(data, length, name)?;
    // SAFETY: not NULL, aligned, of a possible length, and the caller vouches for the rest.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// Where one value goes, once everything else worked.
///
/// # Safety
/// `place` is NULL or may be written to during `'a`.
pub(crate) unsafe fn out<'a, T>(place: *mut T, name: &str) -> Outcome<Out<'a, T>> {
    check(place, 1, name)?;
    Ok(Out(place, PhantomData))
}

/// Where many values go, once everything else worked. NULL is allowed if `length` is 0.
///
/// # Safety
/// `data` is NULL or may be written to for `length` values during `'a`.
pub(crate) unsafe fn out_slice<'a, T: Copy>(
    data: *mut T,
    length: usize,
    name: &str,
) -> Outcome<OutSlice<'a, T>> {
    if length > 0 {
        check(data, length, name)?;
    }
    Ok(OutSlice(data, length, PhantomData))
}

/// A checked place of C for one value.
pub(crate) struct Out<'a, T>(*mut T, PhantomData<&'a mut T>);

impl<T> Out<'_, T> {
    /// Writes it; what was there is overwritten and not dropped.
    pub(crate) fn write(self, value: T) {
        // SAFETY: checked and vouched for in `out`.
        unsafe { self.0.write(value) }
    }
}

/// A checked place of C for many values.
pub(crate) struct OutSlice<'a, T>(*mut T, usize, PhantomData<&'a mut T>);

impl<T: Copy> OutSlice<'_, T> {
    /// How many values it holds.
    pub(crate) fn length(&self) -> usize {
        self.1
    }

    /// Writes values to its beginning: all that fit.
    pub(crate) fn copy_prefix(self, values: &[T]) {
        let length = values.len().min(self.1);
        if length > 0 {
            // SAFETY: checked and vouched for in `out_slice`; `values` is Rust's own memory, and so elsewhere.
            unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), self.0, length) }
        }
    }
}

fn check<T>(data: *const T, length: usize, name: &str) -> Outcome {
    if data.is_null() {
        return Err(Failure::argument(format!("`{name}` is NULL")));
    }
    if !data.is_aligned() {
        return Err(Failure::argument(format!(
            "`{name}` is not aligned to {} bytes",
            align_of::<T>()
        )));
    }
    let bytes = length.checked_mul(size_of::<T>());
    let end = bytes.and_then(|bytes| data.addr().checked_add(bytes));
    if end.is_none() || bytes > Some(isize::MAX as usize) {
        return Err(Failure::argument(format!(
            "`{name}` cannot be {length} values long: that is more than the memory has"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_memory_is_refused_before_it_is_touched() {
        let numbers = [1.0f32, 2.0];
        let data = numbers.as_ptr();
        // SAFETY: refused, or of the right length.
        unsafe {
            assert!(slice(data, usize::MAX, "x").is_err());
            assert!(slice(data, isize::MAX as usize / 4 + 1, "x").is_err());
            assert!(slice(data.byte_add(1), 1, "x").is_err());
            assert!(slice(std::ptr::null::<f32>(), 1, "x").is_err());
            assert_eq!(slice(std::ptr::null::<f32>(), 0, "x").ok(), Some(&[][..]));
            assert_eq!(slice(data, 2, "x").ok(), Some(&numbers[..]));
        }
    }
}
