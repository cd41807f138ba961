//! The operators that encoders may use, by family: attributes, types, shapes, work, and where records lie.
//!
//! Left out on purpose: control flow (`If`, `Loop`, `Scan`), randomness (the core's, not the model's), and operators
//! that make a large tensor from a few bytes (`ConstantOfShape`, `Expand`, `Tile`, `Range`, `Resize`).

mod activation;
mod arithmetic;
mod join;
mod matrix;
mod normalisation;
mod numbers;
mod padding;
mod pooling;
mod recurrent;
mod reduce;
mod shape;
mod softmax;
mod window;

use super::call::Call;
use super::value::Value;
use crate::error::Result;

/// Checks a node, writes it for the engine, and says what comes out.
pub(super) type Rule = fn(&mut Call<'_>) -> Result<Vec<Value>>;

/// Operators of the default ONNX domain; `Constant` is read as a constant.
const OPERATORS: &[(&str, Rule)] = &[
    ("Abs", activation::plain),
    ("Add", arithmetic::binary),
    ("AveragePool", pooling::average),
    ("BatchNormalization", normalisation::batch),
    ("Cast", arithmetic::cast),
    ("Clip", activation::clip),
    ("Concat", join::concat),
    ("Conv", window::conv),
    ("Div", arithmetic::binary),
    ("Dropout", arithmetic::dropout),
    ("Elu", activation::elu),
    ("Erf", activation::erf),
    ("Exp", activation::plain),
    ("Flatten", shape::flatten),
    ("GRU", recurrent::gru),
    ("Gather", join::gather),
    ("Gelu", activation::gelu),
    ("Gemm", matrix::gemm),
    ("GlobalAveragePool", pooling::global),
    ("GlobalMaxPool", pooling::global),
    ("HardSigmoid", activation::hard_sigmoid),
    ("HardSwish", activation::hard_swish),
    ("Identity", arithmetic::identity),
    ("InstanceNormalization", normalisation::instance),
    ("LSTM", recurrent::lstm),
    ("LayerNormalization", normalisation::layer),
    ("LeakyRelu", activation::leaky_relu),
    ("Log", activation::plain),
    ("LogSoftmax", softmax::log_softmax),
    ("MatMul", matrix::matmul),
    ("Max", arithmetic::extreme),
    ("MaxPool", pooling::max),
    ("Min", arithmetic::extreme),
    ("Mul", arithmetic::binary),
    ("Neg", activation::plain),
    ("PRelu", arithmetic::prelu),
    ("Pad", padding::pad),
    ("Pow", arithmetic::binary),
    ("Reciprocal", activation::plain),
    ("ReduceL2", reduce::reduce),
    ("ReduceMax", reduce::reduce),
    ("ReduceMean", reduce::reduce),
    ("ReduceSum", reduce::reduce),
    ("Relu", activation::plain),
    ("Reshape", shape::reshape),
    ("Selu", activation::selu),
    ("Shape", shape::shape),
    ("Sigmoid", activation::plain),
    ("Slice", join::slice),
    ("Softmax", softmax::softmax),
    ("Softplus", activation::softplus),
    ("Split", join::split),
    ("Sqrt", activation::plain),
    ("Squeeze", shape::squeeze),
    ("Sub", arithmetic::binary),
    ("Tanh", activation::plain),
    ("Transpose", shape::transpose),
    ("Unsqueeze", shape::unsqueeze),
];

/// The rule of an operator, and its name for messages.
pub(super) fn find(operator: &str) -> Option<(&'static str, Rule)> {
    let found = OPERATORS.iter().find(|(name, _)| *name == operator);
    found.copied()
}
