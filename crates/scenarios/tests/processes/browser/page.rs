//! A server of one page: `/` is it, `/menu` says that one has arrived, all else is missing.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

const POLICY: &str = "default-src 'none'; img-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// Gives the page's address, with a slash at the end.
pub async fn serve(html: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, move |path| match path {
                "/" => Some(html.to_owned()),
                _ if path.starts_with("/menu") => Some("<p id=done>メニュー".to_owned()),
                _ => None,
            }));
        }
    });
    url
}

/// Reads one request and answers it; none is 404. A browser may also hang up, and does.
pub async fn answer<S>(mut stream: S, page: impl Fn(&str) -> Option<String>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_buf(&mut request).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
    let request = String::from_utf8_lossy(&request);
    let path = request.split(' ').nth(1).unwrap_or_default();
    // Chromium asks for an icon by itself; that is no complaint about the page.
    let (status, body) = match page(path) {
        Some(body) => ("200 OK", body),
        None if path == "/favicon.ico" => ("204 No Content", String::new()),
        None => ("404 Not Found", String::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close\r\n\
         content-security-policy: {POLICY}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.shutdown().await;
}
