//! A convolutional head, for features that keep a time or space axis.
//!
//! Every convolution is one matrix product over unfolded rows with the channels last: on a CPU the products are fast
//! and everything around them is copying.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use rand::rngs::ChaCha8Rng;

use super::network::{self, Network, Recipe, drop_some};
use super::{Attacker, Task, log_softmax};
use crate::adam::Weight;

/// Channels after each layer that halves the axes.
const CHANNELS: [usize; 3] = [64, 64, 128];
/// Networks whose log-probabilities are averaged: on movement data two find more of people than the better of them.
const STARTS: usize = 2;
/// Shorter axes than this have no room for a convolution that halves them.
const SHORTEST: usize = 4;

/// A stack of convolutions that halve the axes, then mean and maximum over what remains, then a linear layer: the
/// shape of the adversary in adversarial training. Two are fitted, and their log-probabilities averaged.
///
/// Finds patterns wherever they stand along the axes; it is not fitted where rows are flat vectors.
pub(super) struct Conv;

impl Attacker for Conv {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn cost(&self) -> u32 {
        9
    }

    fn unfit(&self, shape: &[usize]) -> Option<String> {
        match shape {
            [_, steps] if *steps >= SHORTEST => None,
            [_, height, width] if *height.min(width) >= SHORTEST => None,
            [_, _] | [_, _, _] => Some(format!(
                "rows of shape {shape:?} have an axis shorter than {SHORTEST}"
            )),
            _ => Some(format!(
                "rows of shape {shape:?} keep no time or space axis"
            )),
        }
    }

    fn attack(&self, task: &Task) -> Vec<f32> {
        let network = Stack::new(&task.view.shape, task.classes(), task.labels.len());
        let classes = task.classes();
        let mut mean = vec![0.0; task.view.test.dims()[0] * classes];
        for start in 0..STARTS {
            let scores = network::attack(&network, &Task { start, ..*task });
            mean.iter_mut()
                .zip(scores)
                .for_each(|(mean, score)| *mean += score / STARTS as f32);
        }
        log_softmax(&mut mean, classes);
        mean
    }
}

/// Positions and channels of the maps that run through the stack; a series is an image of height 1.
#[derive(Clone, Copy)]
struct Map {
    height: usize,
    width: usize,
    channels: usize,
}

/// The first layer.
#[derive(Clone, Copy)]
enum First {
    /// Taps along height and width around each position; of a long series, around every second one.
    Around {
        taps: [usize; 2],
        every_second: bool,
    },
    /// Squares of so many positions a side, beside each other.
    Squares(usize),
}

/// Positions a side of the squares that large images are cut into: four times fewer products in the layers after them.
const SQUARE: usize = 4;
/// Images larger than this are cut into squares.
const LARGE: usize = 32;

struct Stack {
    input: Map,
    /// `None` for images of middle size, where a look at every position would cost too much.
    first: Option<First>,
    halving: Vec<usize>,
    classes: usize,
    batch: usize,
}

impl Stack {
    fn new(shape: &[usize], classes: usize, rows: usize) -> Self {
        let (height, width) = match shape {
            [_, steps] => (1, *steps),
            [_, height, width] => (*height, *width),
            _ => unreachable!("`unfit` lets only series and images through"),
        };
        let input = Map {
            height,
            width,
            channels: shape[0],
        };
        let around = |taps, every_second| Some(First::Around { taps, every_second });
        let first = match (height, width) {
            (1, 0..=64) => around([1, 3], false),
            (1, _) => around([1, 5], true),
            (_, 0..=16) if height <= 16 => around([3, 3], false),
            _ if height.min(width) > LARGE => Some(First::Squares(SQUARE)),
            _ => None,
        };
        let mut map = first.map_or(input, |first| input.after(first));
        let mut halving = Vec::new();
        for channels in CHANNELS {
            if map.width < SHORTEST || (map.height != 1 && map.height < SHORTEST) {
                break;
            }
            map = map.halved(channels);
            halving.push(channels);
        }
        Self {
            input,
            first,
            halving,
            classes,
            batch: match rows {
                0..4000 => 64,
                4000..12000 => 128,
                _ => 256,
            },
        }
    }
}

impl First {
    /// Positions that one output looks at.
    fn taps(self) -> usize {
        match self {
            First::Around { taps, .. } => taps[0] * taps[1],
            First::Squares(side) => side * side,
        }
    }

    fn unfold(self, maps: Tensor<4>) -> Tensor<4> {
        match self {
            First::Around { taps, every_second } => surround(maps, taps, every_second),
            First::Squares(side) => squares(maps, side),
        }
    }
}

impl Map {
    fn after(self, first: First) -> Self {
        let (height, width) = match first {
            First::Around { every_second, .. } => {
                (self.height, self.width / if every_second { 2 } else { 1 })
            }
            First::Squares(side) => (self.height / side, self.width / side),
        };
        Self {
            height,
            width,
            channels: CHANNELS[0],
        }
    }

    fn halved(self, channels: usize) -> Self {
        let half = |axis: usize| if axis == 1 { 1 } else { axis / 2 - 1 };
        Self {
            height: half(self.height),
            width: half(self.width),
            channels,
        }
    }

    /// Taps of a halving layer: four along each axis that is halved.
    fn taps(self) -> usize {
        if self.height == 1 { 4 } else { 16 }
    }
}

impl Network for Stack {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn recipe(&self) -> Recipe {
        Recipe {
            batch: self.batch,
            epochs: (10, 50),
            steps: 700,
            rate: 2e-3,
            decay: 0.01,
        }
    }

    fn start(&self, rng: &mut ChaCha8Rng) -> Vec<Weight> {
        let mut weights = Vec::new();
        let mut map = self.input;
        if let Some(first) = self.first {
            let inputs = first.taps() * map.channels;
            map = map.after(first);
            weights.push(Weight::random([inputs, map.channels], rng));
            weights.push(Weight::zeros([1, map.channels]));
        }
        for &channels in &self.halving {
            weights.push(Weight::random([map.taps() * map.channels, channels], rng));
            weights.push(Weight::zeros([1, channels]));
            map = map.halved(channels);
        }
        weights.push(Weight::zeros([2 * map.channels, self.classes]));
        weights.push(Weight::zeros([1, self.classes]));
        weights
    }

    fn forward(
        &self,
        weights: &[Tensor<2>],
        rows: Tensor<2>,
        dropout: Option<&mut ChaCha8Rng>,
    ) -> Tensor<2> {
        let mut map = self.input;
        let batch = rows.dims()[0];
        let mut maps = rows
            .reshape([batch, map.channels, map.height, map.width])
            .permute([0, 2, 3, 1]);
        let mut layers = weights.chunks_exact(2);
        let mut next = || layers.next().expect("`start` made a layer for each step");
        if let Some(first) = self.first {
            map = map.after(first);
            maps = relu(convolve(first.unfold(maps), next()));
        }
        for &channels in &self.halving {
            // What comes in decides: a map that ends with a height of 1 was still looked at in squares.
            maps = relu(match map.height {
                1 => convolve(pairs(maps), next()),
                _ => convolve_squares(squares(maps, 2), next()),
            });
            map = map.halved(channels);
        }
        let places = map.height * map.width;
        let places = maps.reshape([batch, places, map.channels]);
        let mean = places.clone().mean_dim(1);
        let top = places.max_dim(1);
        let pooled = Tensor::cat(vec![mean, top], 2).reshape([batch, 2 * map.channels]);
        let pooled = drop_some(pooled, dropout);
        let last = &weights[weights.len() - 2..];
        pooled.matmul(last[0].clone()) + last[1].clone()
    }
}

/// Beside each position (or each second one), the positions around it; zeros beyond the edges.
fn surround(maps: Tensor<4>, taps: [usize; 2], every_second: bool) -> Tensor<4> {
    let [batch, height, width, channels] = maps.dims();
    let device = maps.device();
    let zeros =
        |height: usize, width: usize| Tensor::<4>::zeros([batch, height, width, channels], &device);
    let mut maps = maps;
    if taps[0] > 1 {
        let edge = zeros(taps[0] / 2, width);
        maps = Tensor::cat(vec![edge.clone(), maps, edge], 1);
    }
    let edge = zeros(height + taps[0] - 1, taps[1] / 2);
    let maps = Tensor::cat(vec![edge.clone(), maps, edge], 2);
    let shifted = (0..taps[0] * taps[1]).map(|tap| {
        let rows = maps.clone().narrow(1, tap / taps[1], height);
        rows.narrow(2, tap % taps[1], width)
    });
    let unfolded = Tensor::cat(shifted.collect(), 3);
    if !every_second {
        return unfolded;
    }
    let (half, inputs) = (width / 2, taps[0] * taps[1] * channels);
    unfolded
        .narrow(2, 0, half * 2)
        .reshape([batch, height, half, 2 * inputs])
        .narrow(3, 0, inputs)
}

/// The positions of each square, side by side; what is over at the ends is left out.
fn squares(maps: Tensor<4>, side: usize) -> Tensor<4> {
    let [batch, height, width, channels] = maps.dims();
    let (lines, columns) = (height / side, width / side);
    let maps = maps.narrow(1, 0, lines * side).narrow(2, 0, columns * side);
    maps.reshape([batch, lines, side, columns, side, channels])
        .permute([0, 1, 3, 2, 4, 5])
        .reshape([batch, lines, columns, side * side * channels])
}

/// Beside each pair of positions the next one: a kernel of 4 with a step of 2.
fn pairs(maps: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = maps.dims();
    let columns = width / 2;
    let maps = match width % 2 {
        0 => maps,
        _ => maps.narrow(2, 0, columns * 2),
    };
    let pairs = maps.reshape([batch, height, columns, 2 * channels]);
    let here = pairs.clone().narrow(2, 0, columns - 1);
    Tensor::cat(vec![here, pairs.narrow(2, 1, columns - 1)], 3)
}

/// One product over all positions.
fn convolve(unfolded: Tensor<4>, layer: &[Tensor<2>]) -> Tensor<4> {
    let [batch, height, width, inputs] = unfolded.dims();
    let rows = unfolded.reshape([batch * height * width, inputs]);
    let product = rows.matmul(layer[0].clone()) + layer[1].clone();
    let channels = product.dims()[1];
    product.reshape([batch, height, width, channels])
}

/// A kernel of 4 x 4 with a step of 2, over squares of 2 x 2: the sum of a product for each of four squares.
///
/// Joined, as [`pairs`] are, four squares would take four times the memory of the maps; their products take less.
fn convolve_squares(squares: Tensor<4>, layer: &[Tensor<2>]) -> Tensor<4> {
    let [batch, height, width, inputs] = squares.dims();
    let channels = layer[0].dims()[1];
    let rows = squares.reshape([batch * height * width, inputs]);
    let of = |square: usize| {
        let weights = layer[0].clone().narrow(0, square * inputs, inputs);
        let product = rows.clone().matmul(weights);
        let product = product.reshape([batch, height, width, channels]);
        let product = product.narrow(1, square / 2, height - 1);
        product.narrow(2, square % 2, width - 1)
    };
    let sum = (1..4).fold(of(0), |sum, square| sum + of(square));
    sum + layer[1].clone().reshape([1, 1, 1, channels])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn counting(shape: [usize; 4]) -> Tensor<4> {
        let values: Vec<f32> = (0..shape.iter().product()).map(|x| x as f32).collect();
        Tensor::from_data(TensorData::new(values, shape), &Device::flex())
    }

    fn values(tensor: Tensor<4>) -> Vec<f32> {
        crate::view::values(tensor)
    }

    #[test]
    fn unfolding_lists_the_taps_of_each_position() {
        let series = counting([1, 1, 6, 1]);
        assert_eq!(pairs(series.clone()).dims(), [1, 1, 2, 4]);
        assert_eq!(values(pairs(series)), [0., 1., 2., 3., 2., 3., 4., 5.]);
        let around = values(surround(counting([1, 1, 3, 1]), [1, 3], false));
        assert_eq!(around, [0., 0., 1., 0., 1., 2., 1., 2., 0.]);
        let around = values(surround(counting([1, 1, 5, 1]), [1, 3], true));
        assert_eq!(around, [0., 0., 1., 1., 2., 3.]);
        let around = surround(counting([2, 3, 3, 2]), [3, 3], false);
        assert_eq!(around.dims(), [2, 3, 3, 18]);
        // The last line and column belong to no square.
        let cut = values(squares(counting([1, 5, 5, 1]), 2));
        assert_eq!(cut[..8], [0., 1., 5., 6., 2., 3., 7., 8.]);
        assert_eq!(cut.len(), 16);
    }

    #[test]
    fn squares_are_convolved_with_a_kernel_of_four_in_steps_of_two() {
        let (shape, device) = ([2, 6, 7, 3], Device::flex());
        let weights: Vec<f32> = (0..16 * 3 * 2).map(|w| (w % 7) as f32 - 3.0).collect();
        let layer = [
            Tensor::from_data(TensorData::new(weights.clone(), [16 * 3, 2]), &device),
            Tensor::from_data(TensorData::from([[1.0f32, -1.0]]), &device),
        ];
        let got = convolve_squares(squares(counting(shape), 2), &layer);
        assert_eq!(got.dims(), [2, 2, 2, 2]);
        // Place by place: values of the maps count up; weights lie square by square, in each line by line.
        let mut wanted = Vec::new();
        for (b, y, x, out) in grid([2, 2, 2, 2]) {
            let taps = grid([1, 4, 4, 3]).into_iter().map(|(_, dy, dx, c)| {
                let row = ((dy / 2 * 2 + dx / 2) * 4 + dy % 2 * 2 + dx % 2) * 3 + c;
                let value = ((b * 6 + 2 * y + dy) * 7 + 2 * x + dx) * 3 + c;
                weights[row * 2 + out] * value as f32
            });
            wanted.push(taps.sum::<f32>() + [1.0, -1.0][out]);
        }
        assert_eq!(values(got), wanted);
    }

    fn grid([a, b, c, d]: [usize; 4]) -> Vec<(usize, usize, usize, usize)> {
        let place = |at: usize| (at / d / c / b, at / d / c % b, at / d % c, at % d);
        (0..a * b * c * d).map(place).collect()
    }

    /// Logits of two rows by a network for rows of this shape.
    fn logits(shape: &[usize]) -> Tensor<2> {
        let network = Stack::new(shape, 3, 100);
        let weights = network.start(&mut crate::rng::stream(0, &[]));
        let adam = crate::adam::Adam::new(weights);
        let width: usize = shape.iter().product();
        let rows = TensorData::new(vec![0.5f32; 2 * width], [2, width]);
        let rows = Tensor::<2>::from_data(rows, &Device::flex());
        network.forward(&adam.tensors(), rows, None)
    }

    #[test]
    fn maps_of_every_size_from_4_to_64_pass() {
        for height in SHORTEST..=64 {
            for width in SHORTEST..=64 {
                let logits = logits(&[1, height, width]);
                assert_eq!(logits.dims(), [2, 3], "{height} x {width}");
            }
        }
    }

    #[test]
    fn series_of_every_length_from_4_to_300_pass() {
        for steps in SHORTEST..=300 {
            assert_eq!(logits(&[2, steps]).dims(), [2, 3], "{steps} steps");
        }
    }

    #[test]
    fn flat_rows_and_short_axes_are_not_for_it() {
        assert!(Conv.unfit(&[32]).is_some());
        assert!(Conv.unfit(&[8, 3]).is_some());
        assert!(Conv.unfit(&[8, 4]).is_none());
        assert!(Conv.unfit(&[8, 4, 9]).is_none());
        for axis in 1..SHORTEST {
            assert!(Conv.unfit(&[8, axis, 64]).is_some());
            assert!(Conv.unfit(&[8, 64, axis]).is_some());
            assert!(Conv.unfit(&[8, axis]).is_some());
        }
    }
}
