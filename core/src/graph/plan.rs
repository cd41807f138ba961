//! A graph for a batch of a given size: shapes, cost, rows, and the clean model.

use super::attributes::Attributes;
use super::call::Call;
use super::cost::Cost;
use super::emit::Emitter;
use super::read::{Graph, Node, at};
use super::refusal::{malformed, mismatch};
use super::tensor::MAX_RANK;
use super::value::{Data, Value, show};
use crate::engine::pb::{ModelProto, TensorProto};
use crate::error::Result;

/// A graph made ready for the engine.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The clean model; [`Graph::lend`] adds the weights.
    pub(crate) model: ModelProto,
    /// Whether the graph keeps records apart: a row of the output depends on the same row of the input alone.
    pub(crate) rows_apart: bool,
    /// All numbers that one run makes.
    pub(crate) numbers: u64,
    /// What each value holds of one record: its shape without the axis of records, where it has one.
    shares: Vec<Option<Vec<usize>>>,
}

impl Plan {
    /// Whether a record goes the same way as in a plan for another number of records.
    ///
    /// A shape that is computed from the size of the batch may cut a record differently in each: rows are then apart,
    /// and still not what they are alone.
    pub(crate) fn treats_records_like(&self, other: &Plan) -> bool {
        let pairs = self.shares.iter().zip(&other.shares);
        self.shares.len() == other.shares.len()
            && pairs
                .into_iter()
                .all(|(own, other)| own.is_none() || own == other)
    }
}

const INPUT: &str = "x";

impl Graph {
    /// Follows the graph for `batch` records, with `input` and `output` the shapes of one record.
    ///
    /// # Errors
    /// [`ErrorKind::ModelMalformed`](crate::ErrorKind) where shapes do not fit, `OperatorNotAllowed` for an operator or
    /// a value of an attribute that is not supported, `ModelTooLarge` beyond `max_work` multiplications, and
    /// `ManifestMismatch` for another output.
    pub(crate) fn plan(
        &self,
        batch: usize,
        input: &[usize],
        output: &[usize],
        max_work: u64,
    ) -> Result<Plan> {
        let with_batch = |shape: &[usize]| [&[batch], shape].concat();
        let mut walk = Walk {
            batch,
            cost: Cost::new(max_work),
            emit: Emitter::default(),
            values: self.known(&with_batch(input)),
            shares: Vec::new(),
        };
        walk.cost.make(super::value::product(&with_batch(input)))?;
        let last = self.last_uses();
        for (index, node) in self.nodes.iter().enumerate() {
            walk.node(self.opset, node)
                .map_err(|error| at(index, node.operator, &error))?;
            walk.free(index, node, &last);
        }
        let mut found = walk.values[self.output]
            .clone()
            .ok_or_else(|| malformed("the output of the graph is not made by any node"))?;
        if !found.is_float() {
            return Err(mismatch("the graph's output must be 32-bit floating point"));
        }
        let expected = with_batch(output);
        if found.shape != expected {
            return Err(mismatch(format!(
                "the manifest's output is {} with the batch axis, the graph's is {}",
                show(&expected),
                show(&found.shape)
            )));
        }
        if self.output == self.input || found.is_constant() || &*found.name == INPUT {
            found.name = walk.emit.node("Identity", &[&found.name], vec![]);
        }
        let numbers = walk.cost.made();
        let input = with_batch(input);
        Ok(Plan {
            model: walk
                .emit
                .model((INPUT, &input), (&found.name, &found.shape)),
            rows_apart: found.data == Data::Rows(Some(0)),
            numbers,
            shares: walk.shares,
        })
    }

    /// Gives the weights to a model while `body` runs, so that they are never in memory twice on our side.
    pub(crate) fn lend<T>(
        &mut self,
        model: &mut ModelProto,
        body: impl FnOnce(&ModelProto) -> T,
    ) -> T {
        let graph = model.graph.get_or_insert_default();
        let own = graph.initializer.len();
        for (number, constant) in &mut self.constants {
            let mut weight: TensorProto = std::mem::take(&mut constant.proto);
            weight.name = weight_name(*number);
            graph.initializer.push(weight);
        }
        let result = body(model);
        let graph = model.graph.get_or_insert_default();
        let lent = graph.initializer.drain(own..);
        for ((_, constant), weight) in self.constants.iter_mut().zip(lent) {
            constant.proto = weight;
        }
        result
    }

    /// What is known before any node: the input and the constants.
    fn known(&self, input: &[usize]) -> Vec<Option<Value>> {
        let mut values = vec![None; self.values];
        for (number, constant) in &self.constants {
            let data = match constant.ints() {
                Some(values) => Data::Ints {
                    values,
                    of_batch: false,
                },
                None => Data::Constant(constant.kind),
            };
            values[*number] = Some(Value {
                name: weight_name(*number).into(),
                shape: constant.shape.clone(),
                data,
            });
        }
        values[self.input] = Some(Value {
            name: INPUT.into(),
            shape: input.to_vec(),
            data: Data::Rows(Some(0)),
        });
        values
    }

    /// The last node that uses each value; the output is used after all of them.
    fn last_uses(&self) -> Vec<usize> {
        let mut last = vec![0; self.values];
        for (index, node) in self.nodes.iter().enumerate() {
            for &value in node.inputs.iter().chain(&node.outputs).flatten() {
                last[value] = index;
            }
        }
        last[self.output] = usize::MAX;
        last
    }
}

/// The shape of a value without its axis of records.
fn share(value: &Value) -> Option<Vec<usize>> {
    let Data::Rows(Some(axis)) = value.data else {
        return None;
    };
    let mut shape = value.shape.clone();
    shape.remove(axis);
    Some(shape)
}

fn weight_name(number: usize) -> String {
    format!("w{number}")
}

/// The state of following a graph.
struct Walk {
    batch: usize,
    cost: Cost,
    emit: Emitter,
    values: Vec<Option<Value>>,
    shares: Vec<Option<Vec<usize>>>,
}

impl Walk {
    fn node(&mut self, opset: i64, node: &Node) -> Result<()> {
        self.cost.node()?;
        let inputs = node.inputs.iter();
        let inputs = inputs.map(|input| input.and_then(|number| self.values[number].clone()));
        let mut call = Call {
            operator: node.operator,
            opset,
            batch: self.batch,
            inputs: inputs.collect(),
            wanted: node.outputs.iter().map(Option::is_some).collect(),
            attributes: Attributes::new(&node.attributes)?,
            emit: &mut self.emit,
            cost: &mut self.cost,
            batch_in_numbers: false,
        };
        let mut made = (node.rule)(&mut call)?;
        call.attributes.finish()?;
        let batch_in_numbers = call.batch_in_numbers;
        if made.len() < node.outputs.len() {
            return Err(malformed(format!(
                "expected at most {} outputs, found {}",
                made.len(),
                node.outputs.len()
            )));
        }
        for value in &mut made {
            self.check(value)?;
            // A number that holds the size of the batch gives other results in other batches.
            if batch_in_numbers && let Data::Rows(axis) = &mut value.data {
                *axis = None;
            }
            self.shares.push(share(value));
        }
        for (number, value) in node.outputs.iter().zip(made) {
            if let Some(number) = number {
                self.values[*number] = Some(value);
            }
        }
        Ok(())
    }

    /// A new value: not too many axes, no axis without numbers, and within memory.
    fn check(&mut self, value: &Value) -> Result<()> {
        if value.rank() > MAX_RANK {
            return Err(malformed(format!(
                "the result has {} axes; at most {MAX_RANK} are allowed",
                value.rank()
            )));
        }
        if matches!(value.data, Data::Ints { .. }) {
            return Ok(());
        }
        if !value.is_float() {
            return Err(malformed("the result is not 32-bit floating point"));
        }
        if value.elements() == 0 {
            return Err(malformed(format!(
                "the result has shape {}, which holds no numbers",
                show(&value.shape)
            )));
        }
        if let Data::Rows(Some(axis)) = value.data {
            debug_assert_eq!(value.shape.get(axis), Some(&self.batch));
        }
        self.cost.make(value.elements())
    }

    /// Forgets the memory of values that no later node uses; what is constant is kept by the engine.
    fn free(&mut self, index: usize, node: &Node, last: &[usize]) {
        let mut numbers: Vec<usize> = node
            .inputs
            .iter()
            .chain(&node.outputs)
            .flatten()
            .copied()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers.into_iter().filter(|&number| last[number] == index) {
            if let Some(value) = &self.values[number]
                && matches!(value.data, Data::Rows(_))
            {
                self.cost.free(value.elements());
            }
        }
    }
}
