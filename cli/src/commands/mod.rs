//! One file per command.

pub mod audit;
pub mod completions;
pub mod data;
pub mod demo;
pub mod encode;
pub mod init;
pub mod inspect;
pub mod pack;
pub mod resolve;
pub mod sweep;
pub mod train;
