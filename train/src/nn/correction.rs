//! A linear change of low rank at the end of a network.

use super::{Shape, Tensor};
use burn::module::{Module, Param};

/// `z - (z down - offset) up`, over all positions and channels of the features at once, channels last.
#[derive(Module, Debug)]
pub(crate) struct Correction {
    /// `[numbers, rank]`.
    pub(crate) down: Param<Tensor<2>>,
    /// `[rank]`.
    pub(crate) offset: Param<Tensor<1>>,
    /// `[rank, numbers]`.
    pub(crate) up: Param<Tensor<2>>,
}

impl Correction {
    pub(crate) fn new(down: Tensor<2>, offset: Tensor<1>, up: Tensor<2>) -> Self {
        Correction {
            down: Param::from_tensor(down),
            offset: Param::from_tensor(offset),
            up: Param::from_tensor(up),
        }
    }

    /// # Shape
    /// `[batch, height, width, channels]` in and out.
    pub(crate) fn forward(&self, z: Tensor<4>, shape: Shape) -> Tensor<4> {
        let dims = z.dims();
        let flat: Tensor<2> = z.reshape([dims[0], shape.elements()]);
        let inner = flat.clone().matmul(self.down.val()) - self.offset.val().unsqueeze();
        (flat - inner.matmul(self.up.val())).reshape(dims)
    }
}
