//! Which objects are open: C may pass a pointer that was closed, or that never was one.

use crate::status::{Failure, Outcome};
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

/// The addresses of open objects of one type, inverted: else leak checkers take this list for the program holding on
/// to objects that it forgot to close. A tree, as its memory is reached by plain pointers, which they follow.
pub(crate) struct Open(RwLock<BTreeSet<usize>>);

impl Open {
    pub(crate) const fn new() -> Self {
        Open(RwLock::new(BTreeSet::new()))
    }

    fn insert(&self, address: usize) {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(!address);
    }

    fn remove(&self, address: usize) -> bool {
        let mut open = self.0.write().unwrap_or_else(PoisonError::into_inner);
        open.remove(&!address)
    }

    fn contains(&self, address: usize) -> bool {
        let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
        open.contains(&!address)
    }
}

/// An object that C holds by a pointer.
pub(crate) trait Handle: Sized + Sync {
    /// What messages call it.
    const NAME: &'static str;

    /// The objects of this type that are open.
    fn open() -> &'static Open;
}

/// Hands an object to C.
pub(crate) fn give<T: Handle>(object: T) -> *mut T {
    let pointer = Box::into_raw(Box::new(object));
    T::open().insert(pointer.addr());
    pointer
}

/// The object behind a pointer from C; a failure for NULL, and for what is not open.
///
/// # Safety
/// Nobody closes the object during `'a`.
pub(crate) unsafe fn get<'a, T: Handle>(pointer: *const T) -> Outcome<&'a T> {
    if pointer.is_null() {
        return Err(Failure::argument(format!("the {} is NULL", T::NAME)));
    }
    if !T::open().contains(pointer.addr()) {
        return Err(Failure::argument(format!(
            "the {} is closed, or never was one",
            T::NAME
        )));
    }
    // SAFETY: `give` made it, and nobody took it back.
    Ok(unsafe { &*pointer })
}

/// Takes an object back from C and drops it. NULL, and what is not open, is left alone.
///
/// # Safety
/// Nobody uses the object during the call or later.
pub(crate) unsafe fn take_back<T: Handle>(pointer: *mut T) {
    if T::open().remove(pointer.addr()) {
        // SAFETY: `give` made it, and only one caller gets `true` for it.
        drop(unsafe { Box::from_raw(pointer) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Number(i32);

    impl Handle for Number {
        const NAME: &'static str = "number";

        fn open() -> &'static Open {
            static OPEN: Open = Open::new();
            &OPEN
        }
    }

    #[test]
    fn only_open_objects_are_reached() {
        let pointer = give(Number(7));
        // SAFETY: nobody else has the object.
        unsafe {
            assert_eq!(get(pointer).map(|number| number.0).ok(), Some(7));
            take_back(pointer);
            take_back(pointer);
            assert!(get(pointer).is_err_and(|failure| failure.message.contains("closed")));
            assert!(get::<Number>(std::ptr::null()).is_err());
            take_back::<Number>(std::ptr::null_mut());
        }
    }
}
