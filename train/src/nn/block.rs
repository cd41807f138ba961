//! One convolution with its normalisation and ReLU, written as a matrix product where that is faster.

use super::init::he_uniform;
use super::norm::Norm;
use super::{Shape, Stride, Tensor};
use burn::module::{Module, Param};
use burn::tensor::{Device, Int, TensorData, activation::relu, module::conv2d, ops::ConvOptions};
use rand::Rng;

/// Convolutions whose windows have fewer numbers than this are one matrix product over unfolded windows (128 MiB).
const UNFOLD_BELOW: usize = 1 << 25;

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
    pub(crate) norm: Option<Norm>,
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
            weight: Param::from_tensor(he_uniform(
                rng,
                kernel_h * kernel_w * input.channels,
                out,
                device,
            )),
            bias: None,
            norm: Some(Norm::new(out, device)),
            kernel_h,
            kernel_w,
            patch: stride == Stride::Patch,
        }
    }

    /// A last dense layer. It starts small, so that a fresh classifier starts undecided.
    pub(crate) fn output(inputs: usize, out: usize, rng: &mut impl Rng, device: &Device) -> Self {
        let weight = he_uniform(rng, inputs, out, device).mul_scalar(0.1);
        Self::dense(weight, Tensor::zeros([out], device))
    }

    /// A last dense layer that was computed, not learned: `weight` is `[inputs, out]`, `bias` `[out]`.
    pub(crate) fn dense(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        Block {
            weight: Param::from_tensor(weight),
            bias: Some(Param::from_tensor(bias)),
            norm: None,
            kernel_h: 1,
            kernel_w: 1,
            patch: false,
        }
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = match (self.patch, self.kernel_h * self.kernel_w) {
            (_, 1) => self.product(x),
            (true, _) => self.product(patches(x, self.kernel_h, self.kernel_w)),
            (false, area) if x.shape().num_elements() * area <= UNFOLD_BELOW => {
                self.product(windows(x, self.kernel_h, self.kernel_w))
            }
            (false, _) => self.convolve(x),
        };
        match &self.norm {
            Some(norm) => relu(normalize(norm, x)),
            None => x,
        }
    }

    /// The last axis times the weight: one matrix product for all positions of all records.
    fn product(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, height, width, channels] = x.dims();
        let y = x
            .reshape([batch * height * width, channels])
            .matmul(self.weight.val());
        let y = match &self.bias {
            Some(bias) => y + bias.val().unsqueeze(),
            None => y,
        };
        let out = y.dims()[1];
        y.reshape([batch, height, width, out])
    }

    /// Without unfolding, which multiplies the memory by the kernel's area.
    fn convolve(&self, x: Tensor<4>) -> Tensor<4> {
        let channels = x.dims()[3];
        let (kh, kw) = (self.kernel_h, self.kernel_w);
        let out = self.weight.dims()[1];
        let weight = self
            .weight
            .val()
            .reshape([kh, kw, channels, out])
            .permute([3, 2, 0, 1]);
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

/// Windows around every position, zero-padded: `[b, h, w, c]` to `[b, h, w, kh * kw * c]`.
///
/// One gather of whole rows: measured twice as fast, forward and backward, as shifted slices joined together.
fn windows(x: Tensor<4>, kh: usize, kw: usize) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let device = x.device();
    let rows = batch * height * width;
    let zero = Tensor::<2>::zeros([1, channels], &device);
    let padded = Tensor::cat(vec![x.reshape([rows, channels]), zero], 0);
    let sources = window_rows(batch, [height, width], [kh, kw]);
    let count = sources.len();
    let indices = Tensor::<1, Int>::from_data(TensorData::new(sources, [count]), &device);
    padded
        .select(0, indices)
        .reshape([batch, height, width, kh * kw * channels])
}

/// For each position of each record, and each place of the kernel, the row that stands there; the row after the last
/// is the padding.
fn window_rows(batch: usize, [height, width]: [usize; 2], [kh, kw]: [usize; 2]) -> Vec<i64> {
    let padding = (batch * height * width) as i64;
    let inside = |at: usize, shift: usize, kernel: usize, size: usize| {
        (at + shift)
            .checked_sub(kernel / 2)
            .filter(|&source| source < size)
    };
    let mut rows = Vec::with_capacity(batch * height * width * kh * kw);
    for record in 0..batch {
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            for (dy, dx) in (0..kh).flat_map(|dy| (0..kw).map(move |dx| (dy, dx))) {
                rows.push(
                    match (inside(y, dy, kh, height), inside(x, dx, kw, width)) {
                        (Some(row), Some(column)) => {
                            ((record * height + row) * width + column) as i64
                        }
                        _ => padding,
                    },
                );
            }
        }
    }
    rows
}

fn normalize(norm: &Norm, x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    norm.forward(x.reshape([batch * height * width, channels]))
        .reshape([batch, height, width, channels])
}
