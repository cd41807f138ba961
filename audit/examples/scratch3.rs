use tiprdc_audit::*;
fn load(p: &str, shape: Vec<usize>) -> FeatureSet {
    let b = std::fs::read(p).unwrap();
    let d: Vec<f32> = b
        .chunks_exact(4)
        .map(|c| f32::from_le_bytes(c.try_into().unwrap()))
        .collect();
    let w: usize = shape.iter().product();
    FeatureSet::new(d.len() / w, shape, d).unwrap()
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let dir = &a[1];
    let shape = a[2]
        .split('x')
        .map(|x| x.parse().unwrap())
        .collect::<Vec<usize>>();
    let names: Vec<&str> = a[3].split(',').collect();
    let f = |p: &str| std::fs::File::open(format!("{dir}/{p}.csv")).unwrap();
    let g = a.get(4).map(|s| s.as_str());
    let l = Labels::from_csv(f("train"), f("test"), &names[..1], &names[1..], g).unwrap();
    let mut au = Audit::new(
        load(&format!("{dir}/train.f32"), shape.clone()),
        load(&format!("{dir}/test.f32"), shape),
    )
    .attributes(l.attributes);
    if let Some(x) = l.test_groups {
        au = au.test_groups(x)
    }
    if let Some(x) = l.train_groups {
        au = au.train_groups(x)
    }
    let t = std::time::Instant::now();
    let r = au
        .run(&mut |e| {
            if let Event::AttackerFinished {
                attribute,
                attacker,
                seconds,
                value,
                ..
            } = e
            {
                println!("{attribute} {attacker} {seconds:.2}s {value:.3}");
            }
        })
        .unwrap();
    println!("total {:.1}\n{}", t.elapsed().as_secs_f64(), r.to_text());
}
