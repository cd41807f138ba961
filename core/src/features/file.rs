//! The file of features, with its header in one order.

use safetensors::Dtype;
use serde::Serialize;
use std::collections::BTreeMap;

/// Name of the tensor.
pub(super) const TENSOR: &str = "features";

/// As the safetensors format has it; the library itself writes the metadata in another order every time.
#[derive(Serialize)]
struct Header<'a> {
    #[serde(rename = "__metadata__")]
    metadata: BTreeMap<String, String>,
    features: Tensor<'a>,
}

#[derive(Serialize)]
struct Tensor<'a> {
    dtype: Dtype,
    shape: &'a [usize],
    data_offsets: [usize; 2],
}

/// Length of the header, the header with spaces up to a multiple of 8 bytes, the numbers.
pub(super) fn write(
    metadata: BTreeMap<String, String>,
    dtype: Dtype,
    shape: &[usize],
    numbers: &[u8],
) -> Vec<u8> {
    let features = Tensor {
        dtype,
        shape,
        data_offsets: [0, numbers.len()],
    };
    let header = Header { metadata, features };
    let mut header = serde_json::to_vec(&header).expect("names and numbers are JSON");
    header.resize(header.len().next_multiple_of(8), b' ');
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_slice(), numbers].concat()
}
