//! What a model may contain: the one way from an encoder's file to the engine.
//!
//! [`Graph::read`] counts the messages of a file before it decodes them, and knows every operator, attribute and type
//! that it takes. [`Graph::plan`] then follows the values of the graph for a batch of a given size: their shapes, what
//! they cost, and along which axis the records lie. It writes a model of its own for the engine, in one form: names,
//! symbols and everything else of the file stay behind.

mod attributes;
mod call;
mod cost;
mod emit;
mod plan;
mod read;
mod refusal;
mod rules;
mod tensor;
mod value;
mod wire;

pub(crate) use read::Graph;
