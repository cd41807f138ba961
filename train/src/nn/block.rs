//! One convolution with its normalisation and ReLU, written as a matrix product where that is faster.

use super::init::he_uniform;
use super::{Shape, Stride, Tensor};
use burn::module::{Module, Param};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, activation::relu, module::conv2d, ops::ConvOptions};
use rand::Rng;

/// A convolution, dense layer or patch embedding.
///
/// Tensors are channels-last, `[batch, height, width, channels]`, so that the product runs over the last axis.
#[derive(Module, Debug)]
pub(crate) struct Block {
    /// `[kernel_h * kernel_w * channels_in, channels_out]`, the input axis in that order.
    pub(crate) weight: Param<Tensor<2>>,
    /// Only where no normalisation follows, which has a bias of its own.
    pub(crate) bias: Option<Param<Tensor<1>>>,
    /// Batch normalisation over all positions (Ioffe & Szegedy 2015); a ReLU follows it.
    pub(crate) norm: Option<BatchNorm>,
    pub(crate) kernel_h: usize,
    pub(crate) kernel_w: usize,
    pub(crate) patch: bool,
}

impl Block {
    pub(crate) fn conv(
        input: Shape,
        out: usize,
        kernel: [usize; 2],
        stride: Stride,
        rng: &mut impl Rng,
        device: &Device,
    ) -> Self {
        let [kernel_h, kernel_w] = kernel;
        Block {
            weight: Param::from_tensor(he_uniform(rng, kernel_h * kernel_w * input.channels, out, device)),
            bias: None,
            norm: Some(BatchNormConfig::new(out).init(device)),
            kernel_h,
            kernel_w,
            patch: stride == Stride::Patch,
        }
    }

    /// A last dense layer. It starts small, so that a fresh classifier starts undecided.
    pub(crate) fn output(inputs: usize, out: usize, rng: &mut impl Rng, device: &Device) -> Self {
        Block {
            weight: Param::from_tensor(he_uniform(rng, inputs, out, device).mul_scalar(0.1)),
            bias: Some(Param::from_tensor(Tensor::zeros([out], device))),
            norm: None,
            kernel_h: 1,
            kernel_w: 1,
            patch: false,
        }
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = match (self.patch, self.kernel_h, self.kernel_w) {
            (_, 1, 1) => self.product(x),
            (true, kh, kw) => self.product(patches(x, kh, kw)),
            (false, 1, kw) => self.product(windows(x, kw)),
            (false, _, _) => self.convolve(x),
        };
        match &self.norm {
            Some(norm) => relu(normalize(norm, x)),
            None => x,
        }
    }

    /// The last axis times the weight: one matrix product for all positions of all records.
    fn product(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, height, width, channels] = x.dims();
        let y = x.reshape([batch * height * width, channels]).matmul(self.weight.val());
        let y = match &self.bias {
            Some(bias) => y + bias.val().unsqueeze(),
            None => y,
        };
        let out = y.dims()[1];
        y.reshape([batch, height, width, out])
    }

    /// Two-dimensional kernels: unfolding would multiply the memory by the kernel's area.
    fn convolve(&self, x: Tensor<4>) -> Tensor<4> {
        let channels = x.dims()[3];
        let (kh, kw) = (self.kernel_h, self.kernel_w);
        let out = self.weight.dims()[1];
        let weight = self.weight.val().reshape([kh, kw, channels, out]).permute([3, 2, 0, 1]);
        let options = ConvOptions::new([1, 1], [kh / 2, kw / 2], [1, 1], 1);
        conv2d(x.permute([0, 3, 1, 2]), weight, None, options).permute([0, 2, 3, 1])
    }
}

/// Side-by-side patches, each as one vector: `[b, h, w, c]` to `[b, h / kh, w / kw, kh * kw * c]`.
fn patches(x: Tensor<4>, kh: usize, kw: usize) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let (rows, columns) = (height / kh, width / kw);
    let x = if rows * kh == height && columns * kw == width {
        x
    } else {
        x.slice([0..batch, 0..rows * kh, 0..columns * kw])
    };
    x.reshape([batch, rows, kh, columns, kw * channels])
        .permute([0, 1, 3, 2, 4])
        .reshape([batch, rows, columns, kh * kw * channels])
}

/// Sliding windows of `kw` positions along the width, zero-padded: `[b, 1, w, c]` to `[b, 1, w, kw * c]`.
fn windows(x: Tensor<4>, kw: usize) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let border = Tensor::<4>::zeros([batch, height, kw / 2, channels], &x.device());
    let padded = Tensor::cat(vec![border.clone(), x, border], 2);
    let shifted = (0..kw).map(|shift| padded.clone().slice([0..batch, 0..height, shift..shift + width])).collect();
    Tensor::cat(shifted, 3)
}

fn normalize(norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    norm.forward(x.reshape([batch * height * width, channels])).reshape([batch, height, width, channels])
}
