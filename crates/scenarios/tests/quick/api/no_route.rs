//! Addresses under the API where nothing is: programs are told so in their own form, by a code, and are led to no page.

use http::{Method, Request};
use serde_json::json;

use super::program::Program;
use crate::centre::test_centre::TestCentre;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_path_under_the_api_is_told_as_a_problem() {
    let centre = TestCentre::open(onshi_core::clock::now).await;
    let mut program = Program::log_in(&centre, &centre.ours()).await;
    let (post, get) = (Method::POST, Method::GET);
    for (method, path, status, code) in [
        (&get, "/onshi", 404, "route.unknown"),
        (&get, "/onshi/v1", 404, "route.unknown"),
        (&post, "/onshi/v1/messages/OQSsiquc02", 404, "route.unknown"),
        (&post, "/onshi/v2/messages/OQSsiquc01", 404, "route.unknown"),
        (&post, "/oqs-api-pro", 404, "route.unknown"),
        (&post, "/oqs-api-pro/MSA1/ILI1/auth", 404, "route.unknown"),
        (&get, "/onshi/v1/messages/OQSsiquc01", 405, "route.method"),
        (&post, "/onshi/v1/openapi.json", 405, "route.method"),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(bytes::Bytes::new()).unwrap();
        let answer = program.client.send(request).await.unwrap();
        let told = answer.json();
        assert_eq!(
            (answer.status, &told["code"]),
            (status, &json!(code)),
            "{path}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("allow").is_empty(), status == 404, "{path}");
        let detail = told["detail"].as_str().unwrap();
        assert!(
            !detail.contains("画面") && !detail.contains("一覧から"),
            "{detail}"
        );
    }
    // What is the browser's stays a page.
    let answer = program.client.get("/web/nothing").await.unwrap();
    assert!(answer.header("content-type").starts_with("text/html"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_shows_no_certificate_is_told_how_a_program_shows_one() {
    let centre = TestCentre::open(onshi_core::clock::now).await;
    let body = json!({"userId": "WebApi01", "password": "x"});
    let path = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";
    let answer = centre.client_as(None).json(path, None, &body).await;
    let told = answer.unwrap().json();
    assert_eq!(told["code"], "certificate.missing");
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.contains("クライアント証明書"), "{detail}");
    assert!(!detail.contains("スタートページ"), "{detail}");
}
