//! The two decoders.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::adam::{Adam, Weight, falling};
use crate::pca::{Basis, matrix, tensor};
use crate::view::{View, pick, values};

/// Components of the features that the decoders see, and of the inputs that the network names.
const SEEN: usize = 512;
const NAMED: usize = 256;
const HIDDEN: usize = 512;
const BATCH: usize = 128;
const EPOCHS: usize = 12;

/// Rows of features as the decoders see them: all columns, or principal components where there are more than 512.
fn seen(features: &View) -> (Tensor<2>, Tensor<2>) {
    if features.width() <= SEEN {
        return (features.train.clone(), features.test.clone());
    }
    let basis = Basis::of(&features.train, SEEN);
    let of = |rows: &Tensor<2>| basis.project(rows) / basis.size;
    (of(&features.train), of(&features.test))
}

/// Least squares with a small penalty, in closed form. Returns the rebuilt test rows, standardised.
pub(super) fn linear(features: &View, inputs: &View) -> Tensor<2> {
    let (train, test) = seen(features);
    let rows = train.dims()[0];
    let turned = train.clone().transpose();
    let mut square = matrix(turned.clone().matmul(train));
    let penalty = 1.0 + 1e-6 * rows as f64;
    for at in 0..square.nrows() {
        square[(at, at)] += penalty;
    }
    let target = matrix(turned.matmul(inputs.train.clone()));
    // Columns are standardised, so that no offset is needed.
    let weights = square
        .cholesky()
        .expect("a sum of squares and a penalty is positive definite")
        .solve(&target);
    test.matmul(tensor(&weights))
}

/// One hidden layer of 512 that names up to 256 principal components of the inputs, fitted for 12 epochs on 85 % of the
/// training rows; the best epoch on the others counts.
pub(super) fn mlp(features: &View, inputs: &View, rng: &mut ChaCha8Rng) -> Tensor<2> {
    let (train, test) = seen(features);
    let basis = Basis::of(&inputs.train, NAMED);
    let targets = basis.project(&inputs.train) / basis.size;
    let (width, named) = (train.dims()[1], targets.dims()[1]);
    let mut net = Adam::new(vec![
        Weight::random([width, HIDDEN], rng),
        Weight::zeros([1, HIDDEN]),
        Weight::zeros([HIDDEN, named]),
        Weight::zeros([1, named]),
    ]);
    let split = features.split;
    let held = (pick(&train, &split.held), pick(&targets, &split.held));
    let mut order = split.fit.clone();
    let steps = order.len().div_ceil(BATCH) * EPOCHS;
    let (mut best, mut kept, mut done) = (f64::INFINITY, net.values(), 0);
    for _ in 0..EPOCHS {
        order.shuffle(rng);
        for rows in order.chunks(BATCH) {
            let (x, y) = (pick(&train, rows), pick(&targets, rows));
            net.step(1e-3 * falling(done, steps), 0.0, |weights| {
                let guess = forward(weights, x.clone().autodiff());
                // Twice the error over the number of entries is the gradient of the mean squared error.
                let error = guess.clone().inner() - y.clone();
                let slopes = values(error * (2.0 / (rows.len() * named) as f32));
                (guess, slopes)
            });
            done += 1;
        }
        let guess = forward(&net.tensors(), held.0.clone());
        let error = guess - held.1.clone();
        let error: f64 = values(error)
            .into_iter()
            .map(|e| f64::from(e).powi(2))
            .sum();
        if error < best {
            (best, kept) = (error, net.values());
        }
    }
    net.restore(kept);
    let named = forward(&net.tensors(), test);
    basis.restore(named * basis.size)
}

fn forward(weights: &[Tensor<2>], rows: Tensor<2>) -> Tensor<2> {
    let hidden = relu(rows.matmul(weights[0].clone()) + weights[1].clone());
    hidden.matmul(weights[2].clone()) + weights[3].clone()
}
