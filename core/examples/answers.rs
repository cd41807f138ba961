//! Answers for `tests/python/test_operators.py`: encoders on standard input, what they give on standard output.
//!
//! One process answers for thousands of encoders. A request is the length of an encoder (u32), the encoder, the number
//! of rows that are encoded together (u32), the number of rows that are encoded alone (u32), the numbers of a row (u32),
//! and the rows (f32). An answer is the number of an error or 0 (i32), and then the length of its message
//! and the message, or the number of features of a row (u32) and, for the batch and for each row alone, the number of
//! an error or 0 and the features. All numbers are little-endian.

use std::io::{self, BufWriter, ErrorKind, Read, Write};
use tiprdc::{Encoder, Error, Features, Input};

fn main() -> io::Result<()> {
    let mut from = io::stdin().lock();
    let mut to = BufWriter::new(io::stdout().lock());
    loop {
        let length = match number(&mut from) {
            Err(end) if end.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            length => length?,
        };
        let mut file = vec![0; length as usize];
        from.read_exact(&mut file)?;
        let (together, alone) = (number(&mut from)?, number(&mut from)?);
        let width = number(&mut from)? as usize;
        let mut bytes = vec![0; (together + alone) as usize * width * size_of::<f32>()];
        from.read_exact(&mut bytes)?;
        let numbers = bytes.as_chunks::<4>().0.iter().copied();
        let rows: Vec<f32> = numbers.map(f32::from_le_bytes).collect();
        answer(&mut to, &file, &rows, together as usize * width)?;
        to.flush()?;
    }
}

fn answer(to: &mut impl Write, file: &[u8], rows: &[f32], together: usize) -> io::Result<()> {
    let encoder = match Encoder::builder().threads(1).from_bytes(file) {
        Err(error) => return refuse(to, &error),
        Ok(encoder) => encoder,
    };
    let features: usize = encoder.output_shape().iter().product();
    to.write_all(&0i32.to_le_bytes())?;
    to.write_all(&(features as u32).to_le_bytes())?;
    let shape = encoder.manifest().input.shape();
    let inputs: Result<Vec<Input>, Error> = rows
        .chunks(shape.iter().product())
        .map(|row| Input::tensor(row, &shape))
        .collect();
    let inputs = inputs.map_err(io::Error::other)?;
    let (batch, alone) = inputs.split_at(together / shape.iter().product::<usize>());
    give(to, encoder.encode_batch(batch))?;
    alone
        .iter()
        .try_for_each(|input| give(to, encoder.encode(input)))
}

fn give(to: &mut impl Write, features: Result<Features, Error>) -> io::Result<()> {
    let features = match features {
        Err(error) => return refuse(to, &error),
        Ok(features) => features,
    };
    to.write_all(&0i32.to_le_bytes())?;
    let numbers = features.data().iter().flat_map(|x| x.to_le_bytes());
    to.write_all(&numbers.collect::<Vec<_>>())
}

fn refuse(to: &mut impl Write, error: &Error) -> io::Result<()> {
    let message = error.to_string();
    to.write_all(&error.kind().code().to_le_bytes())?;
    to.write_all(&(message.len() as u32).to_le_bytes())?;
    to.write_all(message.as_bytes())
}

fn number(from: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}
