//! Nodes: which there are, and what they are connected with.

use crate::random::Random;
use tract_onnx::pb::{GraphProto, NodeProto};

/// All that an encoder may use, and some that it may not.
const OPERATORS: [&str; 64] = [
    "Abs",
    "Add",
    "AveragePool",
    "BatchNormalization",
    "Cast",
    "Clip",
    "Concat",
    "Constant",
    "Conv",
    "Div",
    "Dropout",
    "Elu",
    "Erf",
    "Exp",
    "Flatten",
    "GRU",
    "Gather",
    "Gelu",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "InstanceNormalization",
    "LSTM",
    "LayerNormalization",
    "LeakyRelu",
    "Log",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Min",
    "Mul",
    "Neg",
    "PRelu",
    "Pad",
    "Pow",
    "Reciprocal",
    "ReduceL2",
    "ReduceMax",
    "ReduceMean",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Selu",
    "Shape",
    "Sigmoid",
    "Slice",
    "Softmax",
    "Softplus",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Tanh",
    "Transpose",
    "Unsqueeze",
    "Expand",
    "Loop",
    "RandomNormal",
    "Tile",
    "Einsum",
];

pub fn change(graph: &mut GraphProto, random: &mut Random) {
    match (random.below(9), random.place(&graph.node)) {
        (0, Some(at)) => graph.node[at].op_type = random.pick(&OPERATORS).to_string(),
        (1, Some(at)) => drop(graph.node.remove(at)),
        (2, Some(at)) if graph.node.len() < 40 => graph.node.insert(at, graph.node[at].clone()),
        (3, Some(at)) => {
            let other = random.below(graph.node.len());
            graph.node.swap(at, other);
        }
        (4 | 5, Some(at)) => insert(graph, at, random),
        (6, Some(at)) => {
            let name = value(graph, random);
            let node = &mut graph.node[at];
            match (random.below(3), random.place(&node.input)) {
                (0, Some(input)) => drop(node.input.remove(input)),
                (1, Some(input)) => node.input[input] = name,
                _ => node.input.push(name),
            }
        }
        (7, Some(at)) => {
            let node = &mut graph.node[at];
            match (random.below(3), random.place(&node.output)) {
                (0, Some(output)) => node.output[output].clear(),
                (1, Some(output)) => drop(node.output.remove(output)),
                _ => node.output.push(format!("more{}", random.below(4))),
            }
        }
        _ => graph.node.push(new(graph, random)),
    }
}

/// Puts an operator behind a node: those that read its output read the new one's.
fn insert(graph: &mut GraphProto, at: usize, random: &mut Random) {
    let Some(output) = graph.node[at].output.first().cloned() else {
        return;
    };
    if graph.node.len() >= 40 {
        return;
    }
    let inner = format!("{output}_{}", random.below(1000));
    graph.node[at].output[0] = inner.clone();
    let mut node = new(graph, random);
    node.output = vec![output];
    match node.input.first_mut() {
        Some(first) => *first = inner,
        None => node.input.push(inner),
    }
    graph.node.insert(at + 1, node);
}

fn new(graph: &GraphProto, random: &mut Random) -> NodeProto {
    let inputs = 1 + random.below(3);
    NodeProto {
        op_type: random.pick(&OPERATORS).to_string(),
        input: (0..inputs).map(|_| value(graph, random)).collect(),
        output: vec![format!("new{}", random.below(100))],
        ..NodeProto::default()
    }
}

/// The name of a value of the graph, or of none.
fn value(graph: &GraphProto, random: &mut Random) -> String {
    let name = match random.below(6) {
        0 => graph.input.first().map(|input| input.name.clone()),
        1 | 2 => random
            .place(&graph.initializer)
            .map(|at| graph.initializer[at].name.clone()),
        3 | 4 => random
            .place(&graph.node)
            .and_then(|at| graph.node[at].output.first().cloned()),
        _ => None,
    };
    name.unwrap_or_default()
}
