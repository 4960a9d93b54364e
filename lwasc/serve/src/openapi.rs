//! What the server offers, as OpenAPI 3.1 tells it: `GET /openapi.json`. Routes and schemas follow from the program's types, so that
//! clients can be generated and requests checked.
//!
//! What the schemas say of a value is what JSON in and out is: numbers may come as numbers or as texts, and go out as numbers.

use crate::app::App;
use crate::reply;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use lwas_ir::{Enum, Event, Field, Module, Query, Route, Segment, Target, Type, TypeId, Variant};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// `GET /openapi.json`.
pub async fn document(State(app): State<Arc<App>>) -> Response {
    let mut document = describe(&app);
    if !app.access.is_open() {
        secured(&mut document);
    }
    reply::json(StatusCode::OK, reply::text(&document))
}

/// The whole document of what is reached here.
fn describe(app: &App) -> Value {
    let module = app.module();
    let mut writer = Writer { module, schemas: BTreeMap::new() };
    let mut paths = Map::new();
    for (name, event) in app.offer.shown_events() {
        paths.insert(format!("/events/{name}"), json!({ "post": writer.event(&module.events[event]) }));
    }
    for (name, query) in app.offer.shown_queries() {
        paths.insert(format!("/queries/{name}"), json!({ "get": writer.query(&module.queries[query as usize]) }));
    }
    paths.extend(fixed_paths());
    for (_, route) in app.own_routes() {
        let (path, method, operation) = writer.route(route);
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        if let Value::Object(methods) = methods {
            methods.insert(method.to_owned(), operation);
        }
    }
    writer.common();
    let schemas: Map<String, Value> = writer.schemas.into_iter().collect();
    json!({
        "openapi": "3.1.0",
        "info": { "title": app.name, "version": app.program.hash.to_string() },
        "paths": paths,
        "components": { "schemas": schemas, "responses": responses() },
    })
}

/// Says that callers prove who they are, and that every request may be refused for that.
fn secured(document: &mut Value) {
    document["security"] = json!([{ "bearer": [] }]);
    document["components"]["securitySchemes"] = json!({ "bearer": { "type": "http", "scheme": "bearer" } });
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    for (path, methods) in paths {
        let Value::Object(methods) = methods else { continue };
        for operation in methods.values_mut() {
            operation["responses"]["401"] = response("Unknown");
            operation["responses"]["429"] = response("Busy");
            if path.starts_with("/health") {
                operation["security"] = json!([{}, { "bearer": [] }]);
            }
        }
    }
}

/// Writes schemas of types, each record and enum once.
struct Writer<'m> {
    module: &'m Module,
    schemas: BTreeMap<String, Value>,
}

/// Which way a value goes: numbers that come in may be texts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

impl Writer<'_> {
    /// `POST /events/NAME`.
    fn event(&mut self, event: &Event) -> Value {
        let schema = self.object(&self.module.records[event.record].fields, Way::In);
        let applied = json!({ "description": "It is applied, and durable", "content": content(reference("Outcome")) });
        let mut operation = posted(&format!("event_{}", event.name), &event.name, vec![], schema, ("201", applied));
        operation["responses"]["200"] =
            json!({ "description": "It was applied before", "content": content(reference("Outcome")) });
        operation
    }

    /// A route of the program's own: its path, its method, and what it does.
    fn route(&mut self, route: &Route) -> (String, &'static str, Value) {
        let module = self.module;
        let fields = module.route_fields(route);
        let in_path: Vec<usize> = route.fields_in_path().collect();
        let part = |segment: &Segment| match segment {
            Segment::Word(word) => format!("/{word}"),
            Segment::Value(place) => format!("/{{{}}}", fields[*place as usize].name),
        };
        let path: String = if route.path.is_empty() { "/".to_owned() } else { route.path.iter().map(part).collect() };
        let named: Vec<Value> = in_path
            .iter()
            .map(|place| json!({ "name": fields[*place].name, "in": "path", "required": true, "schema": self.argument(fields[*place].ty) }))
            .collect();
        match &route.target {
            Target::Get { query } => {
                let mut operation = self.query(&module.queries[*query as usize]);
                operation["operationId"] = json!(format!("get_{}", module.queries[*query as usize].name));
                if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
                    parameters.retain(|parameter| !named.iter().any(|path| path["name"] == parameter["name"]));
                    parameters.extend(named);
                }
                (path, "get", operation)
            }
            Target::Post { event, status, answer } => {
                let rest: Vec<Field> = fields
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| !in_path.contains(place))
                    .map(|(_, field)| field.clone())
                    .collect();
                let schema = self.object(&rest, Way::In);
                let answered = match answer {
                    Some(answer) => self.schema(module.queries[answer.query as usize].result, Way::Out),
                    None => reference("Outcome"),
                };
                let applied =
                    json!({ "description": "It is applied, now or before, and durable", "content": content(answered) });
                let name = &module.events[*event].name;
                (path, "post", posted(&format!("post_{name}"), name, named, schema, (&status.to_string(), applied)))
            }
        }
    }

    fn query(&mut self, query: &Query) -> Value {
        let parameter = |writer: &mut Self, param: &Field| {
            let needed = param.default.is_none() && !matches!(writer.module.types[param.ty], Type::Option(_));
            // In a query string all is text; what is not one scalar is JSON in it.
            json!({ "name": param.name, "in": "query", "required": needed, "schema": writer.argument(param.ty) })
        };
        let parameters: Vec<Value> = query.params.iter().map(|param| parameter(self, param)).collect();
        json!({
            "operationId": format!("query_{}", query.name),
            "summary": format!("Ask the query {}", query.name),
            "parameters": parameters,
            "responses": {
                "200": { "description": "The answer", "content": content(self.schema(query.result, Way::Out)) },
                "403": response("Refused"), "422": response("Rejected"), "503": response("Unavailable"),
            },
        })
    }

    /// The schema of a value in a query string.
    fn argument(&mut self, ty: TypeId) -> Value {
        match self.module.types[ty] {
            Type::Option(inner) => self.argument(inner),
            Type::Bool | Type::Int | Type::Text | Type::Currency | Type::Time | Type::Date | Type::Duration => {
                self.schema(ty, Way::Out)
            }
            Type::Decimal(_) | Type::Amount(..) | Type::Number | Type::Float => json!({ "type": "number" }),
            Type::Enum(id) if self.module.enums[id].is_plain() => self.schema(ty, Way::Out),
            _ => json!({ "type": "string" }),
        }
    }

    fn schema(&mut self, ty: TypeId, way: Way) -> Value {
        let module = self.module;
        match module.types[ty] {
            Type::Bool => json!({ "type": "boolean" }),
            Type::Int => json!({ "type": "integer", "format": "int64" }),
            Type::Text => json!({ "type": "string" }),
            Type::Float => json!({ "type": "number" }),
            Type::Decimal(digits) => number(way, &format!("an exact decimal of at most {digits} digits")),
            Type::Amount(currency, digits) => {
                let code = &module.currencies[currency].code;
                number(way, &format!("an amount of {code} with at most {digits} digits"))
            }
            Type::Number => number(way, "an exact decimal of at most 18 digits"),
            Type::Fraction => json!({ "type": "string" }),
            Type::Money => self.money(way),
            Type::Bag => json!({ "type": "array", "items": self.money(way) }),
            Type::Currency => self.named("Currency", |writer| {
                let codes: Vec<&str> =
                    writer.module.currencies.values().map(|currency| currency.code.as_str()).collect();
                json!({ "type": "string", "enum": codes })
            }),
            Type::Time => json!({ "type": "string", "format": "date-time" }),
            Type::Date => json!({ "type": "string", "format": "date" }),
            Type::Duration => json!({ "type": "string", "pattern": "^-?([0-9]+(us|ms|s|m|h|d))+$" }),
            Type::Option(inner) => json!({ "anyOf": [self.schema(inner, way), { "type": "null" }] }),
            Type::List(inner) => json!({ "type": "array", "items": self.schema(inner, way) }),
            Type::Map(inner) => json!({ "type": "object", "additionalProperties": self.schema(inner, way) }),
            Type::Enum(id) => {
                self.named(&name(&module.enums[id].name, way), |writer| writer.variants(&module.enums[id], way))
            }
            Type::Record(id) => {
                let record = &module.records[id];
                self.named(&name(&record.name, way), |writer| writer.object(&record.fields, way))
            }
            Type::Row(id) => {
                let state = &module.states[id];
                let full = format!("{}.{}", state.module, state.name);
                self.named(&name(&full, way), |writer| writer.object(&state.fields, way))
            }
        }
    }

    /// A reference to a schema that is written once. Types are not recursive, so writing one ends.
    fn named(&mut self, name: &str, write: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.schemas.contains_key(name) {
            let schema = write(self);
            self.schemas.insert(name.to_owned(), schema);
        }
        reference(name)
    }

    fn object(&mut self, fields: &[Field], way: Way) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in fields {
            let may_be_absent = field.default.is_some() || matches!(self.module.types[field.ty], Type::Option(_));
            if way == Way::Out || !may_be_absent {
                required.push(field.name.clone());
            }
            properties.insert(field.name.clone(), self.schema(field.ty, way));
        }
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    fn variants(&mut self, known: &Enum, way: Way) -> Value {
        let (plain, others): (Vec<&Variant>, Vec<&Variant>) = known.variants.iter().partition(|v| v.fields.is_empty());
        let names: Vec<&str> = plain.iter().map(|variant| variant.name.as_str()).collect();
        let mut choices = if names.is_empty() { vec![] } else { vec![json!({ "type": "string", "enum": names })] };
        for variant in others {
            let payload = self.object(&variant.fields, way);
            choices.push(json!({
                "type": "object", "properties": { &variant.name: payload }, "required": [variant.name], "additionalProperties": false,
            }));
        }
        if choices.len() == 1 { choices.remove(0) } else { json!({ "anyOf": choices }) }
    }

    fn money(&mut self, way: Way) -> Value {
        let schema = |writer: &mut Self| {
            let currency = match writer.module.types.iter().find(|(_, ty)| **ty == Type::Currency) {
                Some((ty, _)) => writer.schema(ty, way),
                None => json!({ "type": "string" }),
            };
            let amount = number(way, "an amount with at most its currency's digits");
            json!({
                "type": "object", "properties": { "amount": amount, "currency": currency },
                "required": ["amount", "currency"], "additionalProperties": false,
            })
        };
        self.named(&name("Money", way), schema)
    }

    /// What every document has.
    fn common(&mut self) {
        let error = json!({
            "type": "object",
            "properties": {
                "code": { "type": "string", "description": "a stable code, which `lwasc explain` tells more about" },
                "message": { "type": "string" },
                "axiom": { "type": "string", "description": "the law that does not hold, where it is one" },
                "at": { "type": "string", "description": "where in the program" },
            },
            "required": ["code", "message"],
        });
        let outcome = json!({
            "type": "object",
            "properties": {
                "type": { "type": "string" }, "id": { "type": "string" },
                "status": { "type": "string", "enum": ["applied", "duplicate", "rejected"] },
                "seq": { "type": "integer", "description": "the number of the entry in the log" },
                "error": reference("Error"),
            },
            "required": ["status"],
        });
        self.schemas.insert("Error".to_owned(), error);
        self.schemas.insert("Outcome".to_owned(), outcome);
    }
}

/// An operation that has an event judged.
fn posted(id: &str, event: &str, mut parameters: Vec<Value>, body: Value, (status, applied): (&str, Value)) -> Value {
    let text = || json!({ "type": "string", "minLength": 1 });
    parameters.push(header("ce-id", "The id of the envelope", text()));
    parameters.push(header("ce-source", "The source of the envelope", text()));
    json!({
        "operationId": id,
        "summary": format!("Have the event {event} judged"),
        "parameters": parameters,
        "requestBody": { "required": true, "content": content(body) },
        "responses": {
            status: applied,
            "400": response("NotJson"), "403": response("Refused"), "409": response("Conflict"), "413": response("TooLarge"),
            "415": response("OtherMedia"), "422": response("Rejected"), "429": response("Busy"), "503": response("Unavailable"),
        },
    })
}

/// A schema's name: those of one type differ where what comes in may be written in more ways than what goes out.
fn name(name: &str, way: Way) -> String {
    match way {
        Way::In => format!("{name}.in"),
        Way::Out => name.to_owned(),
    }
}

fn number(way: Way, description: &str) -> Value {
    match way {
        Way::In => json!({ "type": ["number", "string"], "description": description }),
        Way::Out => json!({ "type": "number", "description": description }),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn response(name: &str) -> Value {
    json!({ "$ref": format!("#/components/responses/{name}") })
}

fn content(schema: Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn header(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "header", "required": false, "description": description, "schema": schema })
}

/// Why a request is not answered, by name.
fn responses() -> Value {
    let told = |description: &str| json!({ "description": description, "content": content(reference("Outcome")) });
    json!({
        "NotJson": told("The body is not JSON"),
        "Unknown": told("The request does not prove who sends it"),
        "Refused": told("The request is not allowed"),
        "Conflict": told("The same key came before with other data"),
        "TooLarge": told("The body is too large"),
        "OtherMedia": told("The body is not said to be `application/json`"),
        "Rejected": told("It is not what was expected, or the program rejects it"),
        "Busy": told("Too much waits; try again"),
        "Unavailable": told("The ledger can't be read or written just now"),
    })
}

/// The routes that every program has.
fn fixed_paths() -> Map<String, Value> {
    let get = |summary: &str, schema: Value, parameters: Value| {
        json!({ "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": { "200": { "description": summary, "content": content(schema) }, "403": response("Refused"),
                           "422": response("Rejected"), "503": response("Unavailable") },
        } })
    };
    let number = |name: &str, description: &str| json!({ "name": name, "in": "query", "required": false, "description": description, "schema": { "type": "integer", "minimum": 0 } });
    let entries = json!([number("after", "the last entry that is known"), number("limit", "how many entries at most")]);
    let list = json!({ "type": "array", "items": { "type": "object" } });
    let paths = [
        ("/entries", get("Entries of the log", list, entries)),
        ("/health/live", get("Whether the process answers", json!({ "type": "object" }), json!([]))),
        ("/health/ready", get("Whether it can do its work", json!({ "type": "object" }), json!([]))),
    ];
    paths.into_iter().map(|(path, operation)| (path.to_owned(), operation)).collect()
}
