//! A flow and its definition: titles, order and references of its tasks. The definition is a free object, so nothing in it is an error.

use crate::adapters::why;
use crate::model::Flow;
use crate::value::json::{Json, Malformed, plain};
use crate::value::order;
use crate::wire::fields::{Fields, Unfit, lenient};

pub(super) struct Definition {
    pub(super) flow: Flow,
    pub(super) tasks: Vec<TaskSpec>,
    /// Places in `tasks` (which is in the order of execution where the vendor tells it), in the order of their names.
    by_name: Vec<usize>,
}

pub(super) struct TaskSpec {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) executor: Option<String>,
    pub(super) input_schema: Option<Json>,
    pub(super) output_schema: Option<Json>,
    /// No other task refers to it: its output is an output of the flow.
    pub(super) last: bool,
}

impl Definition {
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        let at = self.by_name.partition_point(|at| self.name(*at) < name);
        self.by_name.get(at).copied().filter(|at| self.name(*at) == name)
    }

    fn name(&self, place: usize) -> &str {
        self.tasks.get(place).map_or("", |task| &task.name)
    }

    pub(super) fn task(&self, name: &str) -> Option<&TaskSpec> {
        self.place(name).and_then(|place| self.tasks.get(place))
    }

    /// Tasks that start a run: they take the input.
    pub(super) fn receivers(&self) -> Vec<&TaskSpec> {
        let receives =
            |task: &&TaskSpec| task.input_schema.is_some() || task.executor.as_deref().is_some_and(|name| name.starts_with("receive_"));
        self.tasks.iter().filter(receives).collect()
    }
}

/// A flow without its definition, for lists.
pub(super) fn flow(value: Json) -> Result<Flow, Unfit> {
    lenient(value, "flow", &["id"], |fields| {
        fields.take("definition");
        decode(fields)
    })
}

fn decode(fields: &mut Fields) -> Flow {
    let id = fields.required("id");
    let status = fields.text("status");
    let active = match (fields.flag("deleted"), status.as_deref()) {
        (Some(true), _) => Some(false),
        (_, Some("published")) => Some(true),
        // A draft can be run as well; the vendor has no word for switched off.
        _ => None,
    };
    let name = fields.text("display_name").unwrap_or_else(|| id.clone());
    let (description, version) = (fields.text("description"), fields.number("version").map(|version| version.to_string()));
    let runs = fields.count("flow_executions_count");
    let mut other = fields.rest();
    if let Some(status) = status {
        other.insert(0, ("status".into(), Json::String(status)));
    }
    Flow { id, name, description, version, active, runs, other }
}

pub(super) fn definition(value: Json) -> Result<Definition, Malformed> {
    let parts = |fields: &mut Fields| (fields.texts("task_names"), fields.take("definition").unwrap_or_default(), decode(fields));
    let (sequence, definition, flow) = lenient(value, "flow", &["id"], parts).map_err(why)?;
    let mut found = Vec::new();
    tasks_in(&definition, &mut found);
    for config in definition.get("flow_configs").and_then(Json::as_array).into_iter().flatten() {
        if let Some(config) = config.get("config") {
            tasks_in(config, &mut found);
        }
    }
    let mut tasks: Vec<TaskSpec> = Vec::new();
    let mut referred = Vec::new();
    let named: Vec<_> = found.into_iter().filter_map(|task| Some((text(task, "name")?, task))).collect();
    let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    for ((name, task), first) in named.iter().zip(order::first_times(&names)) {
        if !first {
            continue;
        }
        if let Some(parameters) = task.get("parameters") {
            references(parameters, &mut referred);
        }
        tasks.push(TaskSpec {
            title: text(task, "task_title").unwrap_or_else(|| name.clone()),
            executor: text(task, "task_executor_name"),
            input_schema: task.get("input_schema").filter(|schema| schema.is_object()).cloned(),
            output_schema: task.get("output_schema").filter(|schema| schema.is_object()).cloned(),
            last: true,
            name: name.clone(),
        });
    }
    let wanted = order::Names::of(&sequence.iter().map(String::as_str).collect::<Vec<_>>());
    order::sort(&mut tasks, &|task| (wanted.first(&task.name).map_or(i64::MAX, |place| place as i64), 0));
    let by_name = order::places(tasks.len(), &|left, right| tasks[left].name.cmp(&tasks[right].name));
    let mut definition = Definition { flow, tasks, by_name };
    for name in referred {
        if let Some(task) = definition.place(&name).and_then(|place| definition.tasks.get_mut(place)) {
            task.last = false;
        }
    }
    Ok(definition)
}

fn tasks_in<'a>(holder: &'a Json, found: &mut Vec<&'a Json>) {
    found.extend(holder.get("tasks").and_then(Json::as_array).into_iter().flatten());
}

fn text(value: &Json, name: &str) -> Option<String> {
    value.get(name).filter(|value| !value.is_null()).map(plain).filter(|text| !text.is_empty())
}

/// Names of tasks in `{{name.field}}` anywhere below: the only edges that a definition has.
fn references(value: &Json, names: &mut Vec<String>) {
    match value {
        Json::String(text) => {
            for part in text.split("{{").skip(1) {
                let name = part.split(['.', '}', '[', '|']).next().unwrap_or_default().trim();
                names.push(name.to_owned());
            }
        }
        Json::Array(items) => items.iter().for_each(|item| references(item, names)),
        Json::Object(map) => map.values().for_each(|item| references(item, names)),
        _ => {}
    }
}
