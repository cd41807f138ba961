//! Networks: encoders, adversaries and critics, built from one small set of steps that also exist in ONNX.

mod architecture;
mod block;
mod correction;
mod heads;
mod init;
mod network;
mod norm;

pub use architecture::Architecture;
pub(crate) use architecture::{Shape, Step, Stride};
pub(crate) use block::Block;
pub(crate) use correction::Correction;
pub(crate) use heads::{Critic, flat_head_steps, head_steps};
pub(crate) use network::Network;
pub(crate) use norm::{EPSILON, Norm};

pub(crate) use burn::tensor::Tensor;
