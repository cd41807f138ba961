//! One file per command.

pub mod audit;
pub mod demo;
pub mod encode;
pub mod inspect;
pub mod pack;
pub mod resolve;
pub mod sweep;
pub mod train;
