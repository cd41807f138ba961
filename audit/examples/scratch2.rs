use burn::tensor::module::conv1d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::*;
use std::time::Instant;
fn rnd<const D: usize>(s: [usize; D], d: &Device) -> Tensor<D> {
    let n: usize = s.iter().product();
    let v: Vec<f32> = (0..n)
        .map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0)
        .collect();
    Tensor::from_data(TensorData::new(v, s.to_vec()), d)
}
fn main() {
    let d = Device::flex().autodiff();
    for (b, cin, t, cout) in [(256, 32, 128, 64), (256, 64, 32, 64), (256, 64, 63, 64)] {
        let x = rnd([b, cin, t], &d).require_grad();
        let w = rnd([cout, cin, 4], &d).require_grad();
        let bias = rnd([cout], &d).require_grad();
        for _ in 0..2 {
            let s = Instant::now();
            for _ in 0..10 {
                let y = conv1d(
                    x.clone(),
                    w.clone(),
                    Some(bias.clone()),
                    ConvOptions::new([2], [0], [1], 1),
                );
                let mid = s.elapsed();
                let _ = mid;
                let _g = activation::relu(y).sum().backward();
            }
            println!(
                "burn conv1d b{b} c{cin} t{t}: {:.2} ms",
                s.elapsed().as_secs_f64() * 100.0
            );
        }
        let x = rnd([b, t, cin], &d).require_grad();
        let w = rnd([4 * cin, cout], &d).require_grad();
        let bias = rnd([1, cout], &d).require_grad();
        for _ in 0..2 {
            let s = Instant::now();
            for _ in 0..10 {
                let h = t / 2;
                let x2 = x.clone().narrow(1, 0, h * 2).reshape([b, h, 2 * cin]);
                let u = Tensor::cat(
                    vec![x2.clone().narrow(1, 0, h - 1), x2.narrow(1, 1, h - 1)],
                    2,
                )
                .reshape([b * (h - 1), 4 * cin]);
                let y = u.matmul(w.clone()) + bias.clone();
                let _g = activation::relu(y).sum().backward();
            }
            println!("unfold matmul: {:.2} ms", s.elapsed().as_secs_f64() * 100.0);
        }
        for _ in 0..2 {
            let s = Instant::now();
            for _ in 0..10 {
                let h = t / 2;
                let x2 = x.clone().narrow(1, 0, h * 2).reshape([b * h, 2 * cin]);
                let w2 = Tensor::cat(
                    vec![
                        w.clone().narrow(0, 0, 2 * cin),
                        w.clone().narrow(0, 2 * cin, 2 * cin),
                    ],
                    1,
                );
                let p = x2.matmul(w2).reshape([b, h, 2 * cout]);
                let y = p.clone().narrow(1, 0, h - 1).narrow(2, 0, cout)
                    + p.narrow(1, 1, h - 1).narrow(2, cout, cout)
                    + bias.clone().reshape([1, 1, cout]);
                let _g = activation::relu(y).sum().backward();
            }
            println!("matmul shift: {:.2} ms", s.elapsed().as_secs_f64() * 100.0);
        }
        // no overlap: kernel 2 stride 2
        let w = rnd([2 * cin, cout], &d).require_grad();
        for _ in 0..2 {
            let s = Instant::now();
            for _ in 0..10 {
                let h = t / 2;
                let u = x.clone().narrow(1, 0, h * 2).reshape([b * h, 2 * cin]);
                let y = u.matmul(w.clone()) + bias.clone();
                let _g = activation::relu(y).sum().backward();
            }
            println!("k2s2: {:.2} ms", s.elapsed().as_secs_f64() * 100.0);
        }
    }
    // first layer
    let p = Device::flex();
    let x = rnd([256, 6 * 128], &p);
    let s = Instant::now();
    for _ in 0..10 {
        let m = x.clone().reshape([256, 6, 1, 128]).permute([0, 2, 3, 1]);
        let e = Tensor::<4>::zeros([256, 1, 2, 6], &p);
        let m = Tensor::cat(vec![e.clone(), m, e], 2);
        let u = Tensor::cat((0..5).map(|k| m.clone().narrow(2, k, 128)).collect(), 3);
        let _ = u.into_data();
    }
    println!("surround {:.2}", s.elapsed().as_secs_f64() * 100.0);
    let s = Instant::now();
    for _ in 0..10 {
        let u = rnd([256 * 128, 30], &p);
        let _ = u;
    }
    println!("rnd {:.2}", s.elapsed().as_secs_f64() * 100.0);
    let u = rnd([256 * 128, 30], &p).autodiff();
    let w = rnd([30, 32], &d).require_grad();
    let bias = rnd([1, 32], &d).require_grad();
    let s = Instant::now();
    for _ in 0..10 {
        let _ = activation::relu(u.clone().matmul(w.clone()) + bias.clone())
            .sum()
            .backward();
    }
    println!("first layer {:.2}", s.elapsed().as_secs_f64() * 100.0);
    let x = rnd([256, 14, 128], &d).require_grad();
    let s = Instant::now();
    for _ in 0..10 {
        let _ = x.clone().max_dim(1).sum().backward();
    }
    println!("maxdim {:.2}", s.elapsed().as_secs_f64() * 100.0);
    let s = Instant::now();
    for _ in 0..10 {
        let _ = x.clone().mean_dim(1).sum().backward();
    }
    println!("meandim {:.2}", s.elapsed().as_secs_f64() * 100.0);
}
