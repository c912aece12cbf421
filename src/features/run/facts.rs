use crate::strings::t;
use crate::ui::{Code, Moment};
use leptos::prelude::*;
use runs::Json;
use runs::model::{Fact, FactValue};

/// Documented fields beyond the headline ones, each by its kind of value.
pub fn fact_rows(facts: &[Fact]) -> Vec<AnyView> {
    facts.iter().map(|fact| row((t().shared.fact)(fact.name).to_owned(), value(&fact.value))).collect()
}

/// Fields that no document names, as they came.
pub fn other_rows(fields: &[(String, Json)]) -> Vec<AnyView> {
    fields.iter().map(|(name, value)| row(name.clone(), json(name, value))).collect()
}

pub fn row(name: String, value: AnyView) -> AnyView {
    view! { <div><dt><bdi>{name}</bdi></dt><dd>{value}</dd></div> }.into_any()
}

fn value(value: &FactValue) -> AnyView {
    let shared = &t().shared;
    match value {
        FactValue::Text(text) => view! { <bdi class="sl-wrap">{text.clone()}</bdi> }.into_any(),
        FactValue::Time(at) => view! { <Moment at=*at /> }.into_any(),
        FactValue::Millis(millis) => (shared.duration)(*millis).into_any(),
        FactValue::Count(count) => (shared.count)(*count).into_any(),
        FactValue::Flag(flag) => if *flag { shared.yes } else { shared.no }.into_any(),
        FactValue::Texts(texts) => view! { <bdi class="sl-wrap">{texts.join(", ")}</bdi> }.into_any(),
        FactValue::Data(data) => json("", data),
    }
}

/// A scalar in line, anything larger as a block.
pub fn json(name: &str, value: &Json) -> AnyView {
    match value {
        Json::Object(_) | Json::Array(_) => view! { <Code value=value.clone() label=name /> }.into_any(),
        scalar => view! { <bdi class="sl-wrap">{runs::json::plain(scalar)}</bdi> }.into_any(),
    }
}
