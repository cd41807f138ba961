//! The page of a sweep: complete, escaped, and unbroken by odd sweeps.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot set up should fail it"
)]

mod pages;
mod samples;

use pages::check_page;
use samples::{attribute, report};
use std::collections::BTreeMap;
use tiprdc_audit::{Role, Sweep, SweepPoint, SweepRun};

fn run(seed: u64, secret: f64, kept: f64) -> SweepRun {
    let attributes = vec![
        attribute("gender", Role::Private, secret),
        attribute("activity", Role::Task, kept),
    ];
    SweepRun::finished(seed, "points/x", &report(attributes))
}

fn point(series: &str, lambda: f64, runs: Vec<SweepRun>) -> SweepPoint {
    let settings = BTreeMap::from([("method.lambda".to_owned(), lambda.into())]);
    let name = format!("{series}, lambda {lambda}");
    SweepPoint::new(name, "tiprdc", series, settings, runs)
}

fn sweep(points: Vec<SweepPoint>) -> Sweep {
    let (private, tasks) = (vec!["gender".to_owned()], vec!["activity".to_owned()]);
    Sweep::new("motion", "motionsense", private, tasks, points)
}

fn whole() -> Sweep {
    sweep(vec![
        point("tiprdc", 0.3, vec![run(0, 0.7, 0.89), run(1, 0.72, 0.9)]),
        point("tiprdc", 0.9, vec![run(0, 0.55, 0.8), run(1, 0.57, 0.82)]),
        point(
            "noise",
            2.5,
            vec![
                run(0, 0.75, 0.8),
                SweepRun::failed(1, "points/y", "training diverged"),
            ],
        ),
        point(
            "gone",
            1.0,
            vec![SweepRun::failed(0, "points/z", "no space left")],
        ),
    ])
}

fn check(sweep: &Sweep) -> String {
    let html = check_page(&|| sweep.to_html());
    let json: Sweep = serde_json::from_str(&sweep.to_json()).unwrap();
    assert_eq!(json.to_html(), html, "the page of the JSON is another page");
    html
}

#[test]
fn every_point_has_its_mark_its_numbers_and_its_verdict() {
    let html = check(&whole());
    for text in [
        "tiprdc, lambda 0.3",
        "tiprdc, lambda 0.9",
        "noise, lambda 2.5",
        "gone, lambda 1",
        "2 of 3 points are on the frontier",
        "On the frontier",
        "Dominated by ",
        "1 of 2 seeds failed",
        "training diverged",
        "no space left",
        "0.512",
        "0.439 to 0.585",
        "A lower bound, no guarantee",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert_eq!(
        html.matches("class=\"dot sized").count(),
        3,
        "a mark for each point with a place"
    );
    assert_eq!(html.matches("class=\"whisker").count(), 3);
    let hollow = html.matches("sized series-1 hollow").count();
    assert_eq!(hollow, 1, "the dominated point's mark is hollow");
    let line = html
        .split("class=\"step\" d=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(line.matches('H').count(), 1, "two points, one step: {line}");
}

/// What stands between two texts, after the first of them.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap().1;
    rest.split_once(to).unwrap().0
}

#[test]
fn a_point_has_the_same_mark_in_the_picture_its_legend_and_the_table() {
    // The best point comes last.
    let html = check(&sweep(vec![
        point("worst", 1.0, vec![run(0, 0.7, 0.8)]),
        point("best", 1.0, vec![run(0, 0.52, 0.9)]),
    ]));
    let picture = between(&html, "<title>best, lambda 1</title><path class=\"", "\"");
    let legend = between(&html, "<ul class=\"legend\">", "</ul>");
    let legend = legend.lines().find(|line| line.contains("best")).unwrap();
    let row = between(&html, "<td>1</td>", "best, lambda 1");
    assert!(picture.contains("series-1"), "{picture}");
    assert!(legend.contains("series-1"), "{legend}");
    assert!(row.contains("series-1"), "{row}");
}

#[test]
fn a_legend_names_no_series_where_shapes_come_twice() {
    let listed = |series: usize| {
        let names = (0..series).map(|at| format!("series {at}"));
        let points = names.map(|name| point(&name, 1.0, vec![run(0, 0.6, 0.8)]));
        let html = check(&sweep(points.collect()));
        let legend = between(&html, "<ul class=\"legend\">", "</ul>");
        assert!(legend.contains("raw inputs") && legend.contains("guessing"));
        legend.matches("series ").count()
    };
    assert_eq!((listed(6), listed(7)), (6, 0));
}

#[test]
fn hostile_names_are_text() {
    let names = [
        "<script>alert(1)</script>",
        "\" onload=\"x\" '",
        "https://example.org/url(x)",
        "größe 体重 \u{202e}\u{0}",
    ];
    let mut points: Vec<SweepPoint> = names
        .iter()
        .map(|name| {
            point(
                name,
                0.5,
                vec![run(0, 0.7, 0.9), SweepRun::failed(1, *name, *name)],
            )
        })
        .collect();
    points[0].attributes[0].name = names[0].to_owned();
    let mut hostile = sweep(points);
    (hostile.name, hostile.dataset) = (names[0].to_owned(), names[2].to_owned());
    (hostile.private, hostile.tasks) = (vec![names[1].to_owned()], vec![names[0].to_owned()]);
    let html = check(&hostile);
    assert!(html.contains("&lt;script&gt;alert&#40;1)&lt;&#47;script&gt;"));
    assert!(!html.contains("\" onload"));
    assert!(!html.contains('\u{202e}') && !html.contains('\u{0}'));
}

#[test]
fn odd_sweeps_do_not_break_the_page() {
    for none in [sweep(Vec::new()), sweep(vec![point("a", 1.0, Vec::new())])] {
        let html = check(&none);
        assert!(html.contains("nothing to compare") && !html.contains("<figure"));
    }
    check(&sweep(vec![point("alone", 1.0, vec![run(0, 0.5, 1.0)])]));
    let many = (0..40).map(|i| {
        let value = 0.5 + f64::from(i) / 100.0;
        point(&format!("s{i}"), f64::from(i), vec![run(0, value, value)])
    });
    assert_eq!(
        check(&sweep(many.collect()))
            .matches("class=\"dot sized")
            .count(),
        40
    );
    // Far below guessing: drawn at the edge, written as it is.
    assert!(check(&sweep(vec![point("odd", 1.0, vec![run(0, -9.0, 0.9)])])).contains("-23.171"));
    let mut broken = whole();
    for value in [f64::NAN, f64::INFINITY] {
        let gain = broken.points[0].leakage.as_mut().unwrap();
        (gain.nag, gain.interval) = (value, Some([value, value]));
        broken.points[0].mnag = Some(value);
        check_page(&|| broken.to_html());
    }
}
