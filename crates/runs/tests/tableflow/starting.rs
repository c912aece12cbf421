use super::vendor::{body, json};
use super::{FLOWS, RUN_STARTED, tableflow};
use runs::adapters::tableflow::TableFlow;
use runs::adapters::{InputKind, InputValue, StartRequest};
use runs::wire::http::Body;
use runs::{ErrorKind, Json, RunAdapter, StatusKind};

const START: &str = "POST flows/dk4g1tUg1uHLs8YU/run";

fn file(name: &str, bytes: &[u8]) -> InputValue {
    InputValue::File { name: name.into(), media_type: "application/pdf".into(), bytes: bytes.to_vec() }
}

fn request(values: Vec<(String, InputValue)>) -> StartRequest {
    StartRequest { flow: "dk4g1tUg1uHLs8YU".into(), name: None, metadata: None, values, key: "k3y/1".into() }
}

fn send(request: StartRequest) -> (String, String) {
    let mut vendor = tableflow().ok(START, RUN_STARTED);
    let started = vendor.run(TableFlow.start(request)).unwrap();
    assert_eq!((started.run.status.kind, started.run.id.as_str()), (StatusKind::Running, "Wp7kRnT2mX4vQ9bL"));
    let Body::Bytes { content_type, .. } = &vendor.seen[0].body else { panic!("a body") };
    assert!(!vendor.seen[0].repeatable, "no key is documented for it");
    (content_type.clone(), body(&vendor.seen[0]))
}

#[test]
fn inputs_are_the_file_fields_with_their_guidance_and_metadata() {
    let mut vendor = tableflow().ok("GET flows", FLOWS);
    let inputs = vendor.run(TableFlow.describe_inputs("dk4g1tUg1uHLs8YU")).unwrap();
    assert_eq!(inputs.flow.name, "PO to Invoice Reconciliation");
    let keys: Vec<_> = inputs.fields.iter().map(|field| (field.key.as_str(), field.required)).collect();
    assert_eq!(
        keys,
        [
            ("purchase_order", true),
            ("purchase_order_guidance", false),
            ("purchase_order_metadata", false),
            ("attachments[]", false),
            ("attachments_guidance", false),
            ("attachments_metadata", false)
        ]
    );
    assert_eq!(
        inputs.fields[0].kind,
        InputKind::File { accept: vec!["pdf".into(), "csv".into()], max_bytes: Some(10_485_760), many: true }
    );
    assert_eq!((inputs.fields[0].label.as_str(), inputs.fields[3].label.as_str()), ("Purchase order", "attachments"));
    assert_eq!(vendor.run(TableFlow.describe_inputs("flow1")).unwrap().fields.len(), 0);
    assert_eq!(vendor.run(TableFlow.describe_inputs("gone")).unwrap_err().kind, ErrorKind::NotFound);
}

#[test]
fn a_start_is_the_documented_form() {
    let text = |text: &str| InputValue::Text(text.into());
    let values = vec![
        ("purchase_order".into(), file("po \"new\"\r\nX: 1.pdf", b"%PDF-1")),
        ("purchase_order_metadata".into(), InputValue::Json(json(r#"{"po_number": "PO-123", "total": 1234.560}"#))),
        ("purchase_order_guidance".into(), text("Strip REV:0 \u{2014} keep the base number")),
        ("invoice_guidance".into(), text("  ")),
        ("invoice_metadata".into(), InputValue::Json(json("{}"))),
    ];
    let metadata: Option<Json> = Some(json(r#"{"customer_id": "12345", "serial": 9007199254740993}"#));
    let (content_type, body) = send(StartRequest { name: Some("PO-123 Reconciliation".into()), metadata, ..request(values) });
    assert_eq!(content_type, "multipart/form-data; boundary=sluice-k3y1");
    let part = |head: &str, content: &str| format!("--sluice-k3y1\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
    let wanted = [
        part("name=\"purchase_order\"; filename=\"po %22new%22%0D%0AX: 1.pdf\"\r\nContent-Type: application/pdf", "%PDF-1"),
        part("name=\"purchase_order_metadata\"", r#"{"po_number":"PO-123","total":1234.560}"#),
        part("name=\"purchase_order_guidance\"", "Strip REV:0 \u{2014} keep the base number"),
        part("name=\"name\"", "PO-123 Reconciliation"),
        part("name=\"metadata\"", r#"{"customer_id":"12345","serial":9007199254740993}"#),
    ];
    assert_eq!(body, format!("{}--sluice-k3y1--\r\n", wanted.concat()));
}

#[test]
fn several_files_of_a_field_are_counted_from_one() {
    let named = |body: &str| {
        let names = body.split("; name=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let (_, body) = send(request(vec![
        ("attachments[]".into(), file("a", b"1")),
        ("po".into(), file("b", b"2")),
        ("attachments[]".into(), file("c", b"3")),
    ]));
    assert_eq!(named(&body), ["attachments_1", "po", "attachments_2"]);
    let (_, body) = send(request(vec![("attachments[]".into(), file("a", b"1"))]));
    assert_eq!(named(&body), ["attachments_1"], "one file of many too");
    let (_, body) = send(request(vec![("po".into(), file("a", b"1")), ("po".into(), file("b", b"2"))]));
    assert_eq!(named(&body), ["po_1", "po_2"]);
}

#[test]
fn the_boundary_occurs_in_no_part() {
    let nasty = b"--sluice-k3y1\r\n--sluice-k3y1-1--".to_vec();
    let (content_type, body) = send(request(vec![("a".into(), file("a", &nasty)), ("b".into(), file("b", b"sluice-k3y1-2"))]));
    assert_eq!(content_type, "multipart/form-data; boundary=sluice-k3y1-3");
    assert_eq!(body.matches("--sluice-k3y1-3").count(), 3);
    let long = StartRequest { key: "\u{e9}x".repeat(500), ..request(Vec::new()) };
    let (content_type, _) = send(long);
    let boundary = content_type.split_once("boundary=").unwrap().1;
    assert!(boundary.is_ascii() && (8..=70).contains(&boundary.len()), "{boundary}");
}

#[test]
fn a_media_type_cannot_add_a_header() {
    let value = InputValue::File { name: "a".into(), media_type: "text/csv\r\nX-Evil: 1".into(), bytes: Vec::new() };
    let (_, body) = send(request(vec![("a".into(), value)]));
    assert!(!body.contains("X-Evil") && body.contains("Content-Type: application/octet-stream\r\n"));
}
