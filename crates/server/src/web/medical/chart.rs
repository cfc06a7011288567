//! A small chart of a trend (推移), drawn by the server as SVG. It has no style of its own: classes only.

/// A series over the checkups that are shown, the oldest first; a checkup without the item is none.
pub fn chart(values: &[Option<i64>], range: (Option<i64>, Option<i64>), words: &str) -> String {
    const WIDTH: i64 = 120;
    const HEIGHT: i64 = 36;
    const EDGE: i64 = 4;
    let known: Vec<i64> = values.iter().flatten().copied().collect();
    let limits = [range.0, range.1].into_iter().flatten();
    let (Some(low), Some(high)) = (
        known.iter().copied().chain(limits.clone()).min(),
        known.iter().copied().chain(limits.clone()).max(),
    ) else {
        return String::new();
    };
    if known.len() < 2 {
        return String::new();
    }
    let tall = (high - low).max(1);
    let y = |value: i64| HEIGHT - EDGE - (value - low).saturating_mul(HEIGHT - 2 * EDGE) / tall;
    let apart = i64::try_from(values.len().saturating_sub(1))
        .unwrap_or(1)
        .max(1);
    let points: Vec<(i64, i64)> = (0i64..)
        .zip(values)
        .filter_map(|(at, value)| {
            value.map(|value| (EDGE + at * (WIDTH - 2 * EDGE) / apart, y(value)))
        })
        .collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let lines: String = limits
        .map(|limit| {
            let y = y(limit);
            format!(
                "<line class=\"chart-limit\" x1=\"0\" y1=\"{y}\" x2=\"{WIDTH}\" y2=\"{y}\"></line>"
            )
        })
        .collect();
    let dots: String = points
        .iter()
        .map(|(x, y)| {
            format!("<circle class=\"chart-dot\" cx=\"{x}\" cy=\"{y}\" r=\"2.5\"></circle>")
        })
        .collect();
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" \
         aria-label=\"{}\">{lines}<polyline class=\"chart-line\" points=\"{}\"></polyline>{dots}</svg>",
        escaped(words),
        line.join(" ")
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_needs_two_values_and_lies_within_its_frame() {
        assert_eq!(chart(&[Some(1), None], (None, None), ""), "");
        assert_eq!(chart(&[], (Some(1), Some(2)), ""), "");
        let drawn = chart(
            &[Some(0), None, Some(999_999_999_999)],
            (Some(5), None),
            "\"><script>",
        );
        assert!(drawn.contains("points=\"4,32 116,4\""), "{drawn}");
        assert!(!drawn.contains("<script>"));
        assert_eq!(drawn.matches("chart-limit").count(), 1);
    }
}
