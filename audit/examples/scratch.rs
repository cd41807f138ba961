use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use tiprdc_audit::*;
fn make(rows: usize, shape: &[usize], labels: &[Vec<u32>], strength: f32, seed: u64) -> FeatureSet {
    let w: usize = shape.iter().product();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut d = Vec::with_capacity(rows * w);
    let mut dirs: Vec<Vec<f32>> = vec![];
    let mut r2 = ChaCha8Rng::seed_from_u64(9);
    for _ in 0..40 {
        dirs.push((0..w).map(|_| r2.random_range(-1.0..1.0f32)).collect());
    }
    for r in 0..rows {
        let mut k = 0;
        let mut v: Vec<f32> = (0..w).map(|_| rng.random_range(-1.7..1.7f32)).collect();
        for l in labels {
            let dir = &dirs[k + l[r] as usize % 8];
            k += 8;
            let s = strength / (w as f32).sqrt();
            for (x, y) in v.iter_mut().zip(dir) {
                *x += s * y * 3.0;
            }
        }
        d.extend(v);
    }
    FeatureSet::new(rows, shape.to_vec(), d).unwrap()
}
fn main() {
    let which = std::env::args().nth(1).unwrap();
    let (tr, te, fs, rs, cl): (usize, usize, Vec<usize>, Vec<usize>, Vec<u32>) = if which == "adult"
    {
        (30162, 15060, vec![32], vec![100], vec![2, 2, 14, 16])
    } else {
        (16579, 4960, vec![64, 32], vec![6, 128], vec![2, 6, 24, 2])
    };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut lab = |n: usize| {
        cl.iter()
            .map(|&c| (0..n).map(|_| rng.random_range(0..c)).collect::<Vec<u32>>())
            .collect::<Vec<_>>()
    };
    let (la, lb) = (lab(tr), lab(te));
    let mut a = Audit::new(make(tr, &fs, &la, 0.6, 1), make(te, &fs, &lb, 0.6, 2))
        .raw(make(tr, &rs, &la, 1.5, 3), make(te, &rs, &lb, 1.5, 4));
    for (i, &c) in cl.iter().enumerate() {
        a = a.attribute(Attribute {
            name: format!("a{i}"),
            role: if i == 0 { Role::Private } else { Role::Task },
            classes: (0..c).map(|x| x.to_string()).collect(),
            train: la[i].clone(),
            test: lb[i].clone(),
        });
    }
    let t = std::time::Instant::now();
    let r = a
        .run(&mut |e| {
            if let Event::AttackerFinished {
                attribute,
                attacker,
                stage,
                seconds,
                value,
                ..
            } = e
            {
                println!("{attribute} {attacker} {stage:?} {seconds:.2}s {value:.3}");
            }
        })
        .unwrap();
    println!("total {:.1}", t.elapsed().as_secs_f64());
    println!("{}", r.to_text());
}
