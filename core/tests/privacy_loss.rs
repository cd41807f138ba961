//! The stated epsilon against draws of the encoder itself.
//!
//! For a pair of inputs and an event, the logarithm of the quotient of the event's two probabilities may not exceed
//! epsilon. Both probabilities are estimated from draws, with bounds that hold but for one time in a million; what is
//! asserted is that the draws never prove more than what is stated, and that for the worst pair they prove most of it:
//! an estimate that finds nothing would find no mistake either.

mod support;

use support::*;
use tiprdc::{Encoder, Input, Release};

const DRAWS: usize = 400_000;

/// What is looked at in a draw.
type Look = fn(&[f32]) -> f32;

/// The first number: an index, or where the first feature lies.
const FIRST: Look = |row| row[0];

/// The sum of all numbers: where a vector lies between all ones and its negative.
const SUM: Look = |row| row.iter().sum();

/// What this many draws of one input gave, for each of them what is looked at.
fn draws(release: &Release, input: &[f32], look: Look, seed: u64, count: usize) -> Vec<f32> {
    let shape = match release {
        Release::Substitute { .. } => vec![1],
        _ => vec![input.len()],
    };
    let encoder = Encoder::builder()
        .insecure_test_seed(seed)
        .from_bytes(&released(release.clone(), plain_output(&shape)))
        .expect("the encoder is good");
    let mut seen = Vec::with_capacity(count);
    while seen.len() < count {
        let block = (count - seen.len()).min(1 << 14);
        let records = vec![Input::tensor(input, &[input.len()]).expect("it fits"); block];
        let features = encoder.encode_batch(&records).expect("good inputs");
        seen.extend((0..block).map(|row| look(features.row(row))));
    }
    seen
}

/// Relative entropy of two coins, in nats.
fn divergence(p: f64, q: f64) -> f64 {
    let part = |p: f64, q: f64| if p == 0.0 { 0.0 } else { p * (p / q).ln() };
    part(p, q) + part(1.0 - p, 1.0 - q)
}

/// Bounds of a probability that was seen `hits` times in `total`: each is wrong at most one time in a million (Chernoff).
fn interval(hits: usize, total: usize) -> (f64, f64) {
    let seen = hits as f64 / total as f64;
    let limit = 1e6f64.ln() / total as f64;
    let edge = |mut inside: f64, mut outside: f64| {
        for _ in 0..60 {
            let middle = f64::midpoint(inside, outside);
            if divergence(seen, middle) <= limit {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        outside
    };
    (edge(seen, 0.0), edge(seen, 1.0))
}

/// Draws in order, so that events are counted by looking twice.
struct Sorted(Vec<f32>);

impl Sorted {
    fn new(draws: &[f32]) -> Self {
        let mut draws = draws.to_vec();
        draws.sort_by(f32::total_cmp);
        Sorted(draws)
    }

    fn at_least(&self, t: f32) -> (f64, f64) {
        let below = self.0.partition_point(|&draw| draw < t);
        interval(self.0.len() - below, self.0.len())
    }

    fn at_most(&self, t: f32) -> (f64, f64) {
        let within = self.0.partition_point(|&draw| draw <= t);
        interval(within, self.0.len())
    }
}

/// The largest epsilon that the draws prove, for events "at least t" and "at most t" at many t.
fn proven(one: &[f32], two: &[f32], delta: f64) -> f64 {
    let both = Sorted::new(&[one, two].concat()).0;
    let (one, two) = (Sorted::new(one), Sorted::new(two));
    let loss = |one: (f64, f64), two: (f64, f64)| ((one.0 - delta).max(0.0) / two.1).ln();
    // Quantiles, finer towards both ends where the loss is largest.
    let places = (1..200).map(|place| {
        let share = f64::from(place) / 200.0;
        let share = share * share * (3.0 - 2.0 * share);
        both[(share * (both.len() - 1) as f64) as usize]
    });
    places
        .flat_map(|t| {
            [
                loss(one.at_least(t), two.at_least(t)),
                loss(one.at_most(t), two.at_most(t)),
            ]
        })
        .fold(f64::NEG_INFINITY, f64::max)
}

/// Both directions of a pair.
fn proven_of(release: &Release, one: &[f32], two: &[f32], look: Look, count: usize) -> f64 {
    let delta = release.delta().expect("a random release");
    let draws = |input, seed| draws(release, input, look, seed, count);
    let (one, two) = (draws(one, 1), draws(two, 2));
    proven(&one, &two, delta).max(proven(&two, &one, delta))
}

fn assert_bound(release: &Release, worst: (&[f32], &[f32]), look: Look, share: f64) {
    let stated = release.epsilon().expect("a random release");
    let proven = proven_of(release, worst.0, worst.1, look, DRAWS);
    assert!(
        proven <= stated,
        "{release:?}: draws prove {proven} nats, {stated} are stated"
    );
    assert!(
        proven >= share * stated,
        "{release:?}: draws prove {proven} of {stated} nats; this test would not see a mistake"
    );
}

#[test]
fn laplace_loses_what_it_states_and_no_more() {
    for epsilon in [0.5, 2.0, 4.0] {
        let release = Release::laplace_for_epsilon(1.5, epsilon).expect("good settings");
        assert_bound(&release, (&[1.5], &[-1.5]), FIRST, 0.9);
        // Far outside the norm, in three dimensions: clipping makes the same pair of it.
        assert_bound(&release, (&[1e9, 0.0, 0.0], &[-1e20, 0.0, 0.0]), FIRST, 0.9);
        // The norm is of the whole vector: eight features share it, and their sum, with eight noises, shows less.
        assert_bound(&release, (&[1e9; 8], &[-1e9; 8]), SUM, 0.15);
    }
}

#[test]
fn gaussian_loses_what_it_states_and_no_more() {
    for (epsilon, delta) in [(0.5, 0.02), (1.0, 0.05), (2.0, 0.01)] {
        let release = Release::gaussian_for_epsilon(0.7, epsilon, delta).expect("good settings");
        // The conversion from concentrated privacy is not tight: these are about three quarters.
        assert_bound(&release, (&[0.7], &[-0.7]), FIRST, 0.6);
        assert_bound(&release, (&[3e5, 0.0], &[-3e5, 0.0]), FIRST, 0.6);
        // For this noise the sum tells all there is.
        assert_bound(&release, (&[3e5; 8], &[-3e5; 8]), SUM, 0.6);
    }
}

#[test]
fn substitute_loses_what_it_states_and_no_more() {
    for (count, epsilon) in [(2, 1.0), (8, 3.0), (64, 4.0)] {
        let release = Release::substitute(count, 0.1, 1.0, TABLE)
            .and_then(|release| release.with_epsilon(epsilon))
            .expect("good settings");
        let mut likely = vec![-9.0; count];
        let mut unlikely = vec![9.0; count];
        (likely[0], unlikely[0]) = (9.0, -9.0);
        assert_bound(&release, (&likely, &unlikely), FIRST, 0.9);
    }
}

#[test]
fn no_other_pair_of_inputs_loses_more() {
    let releases = [
        Release::laplace_for_epsilon(1.0, 1.0),
        Release::gaussian_for_epsilon(1.0, 1.0, 0.02),
        Release::substitute(6, 0.7, 0.8, TABLE),
    ];
    for release in releases.map(|release| release.expect("good settings")) {
        let stated = release.epsilon().expect("random");
        for seed in 0..12 {
            let scale = [0.1, 1.0, 10.0][seed as usize % 3];
            let input = |seed| {
                numbers(seed, 6)
                    .iter()
                    .map(|x| x * scale)
                    .collect::<Vec<f32>>()
            };
            let (one, two) = (input(2 * seed + 1), input(2 * seed + 2));
            for look in [FIRST, SUM] {
                let found = proven_of(&release, &one, &two, look, 30_000);
                assert!(found <= stated, "{release:?}: draws prove {found} nats");
            }
        }
    }
}

/// What the documentation warns of: without a memo, ten draws of one input prove more than one draw may.
#[test]
fn repeated_draws_add_up_and_a_memo_stops_it() {
    let release = Release::laplace_for_epsilon(1.0, 1.0).expect("good settings");
    let average = |input: f32, seed| -> Vec<f32> {
        let draws = draws(&release, &[input], FIRST, seed, 10 * 40_000);
        draws
            .chunks(10)
            .map(|ten| ten.iter().sum::<f32>() / 10.0)
            .collect()
    };
    let found = proven(&average(1.0, 1), &average(-1.0, 2), 0.0);
    assert!(found > 2.0, "ten draws prove {found} nats, one may prove 1");

    let encoder = Encoder::builder()
        .memo([3; 32])
        .from_bytes(&released(release, plain_output(&[1])))
        .expect("the encoder is good");
    let input = Input::tensor(&[1.0], &[1]).expect("one number");
    let draws = (0..10).map(|_| encoder.encode(&input).expect("a good input"));
    let draws: Vec<f32> = draws.map(|features| features.data()[0]).collect();
    assert!(
        draws.iter().all(|&draw| draw == draws[0]),
        "nothing to average"
    );
}

/// Of the estimate: coins whose quotient is known.
#[test]
fn the_estimate_finds_a_known_loss() {
    let coin = |heads: usize| -> Vec<f32> {
        (0..100_000)
            .map(|i| f32::from(u8::from(i < heads)))
            .collect()
    };
    let found = proven(&coin(75_000), &coin(25_000), 0.0);
    assert!(found <= 3f64.ln() && found > 0.95 * 3f64.ln(), "{found}");
    let nothing = proven(&coin(50_000), &coin(50_000), 0.0);
    assert!(nothing <= 0.0, "{nothing}");
}
