//! 利用開始のお知らせ and 電子証明書取得のお知らせ: drawn once, shown on a page and as a PDF of one page to the browser that drew it.

use crate::documents::{self, MadeFor};
use crate::http::route::Call;
use crate::http::submission::After;
use crate::web::application::form::ReceiptForm;
use crate::web::application::view::{AccountShown, NoticePage, NoticeShown};
use crate::web::application::{frame, is_shown_on_the_form, read_code, refused, refused_fields};
use crate::web::reply;
use axum::response::Response;
use onshi_core::account::activation::Activation;
use onshi_core::account::password::NewSecretNumber;
use onshi_core::application::{self, ApplicationKind, CertificateNotice, Notice};
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::one_time_code::OneTimeCode;
use onshi_core::{Error, Fault, RefusalCode, Subject, Tx};
use onshi_documents::{Block, Cell, Column, Document, Paper, Row, Table, Tone};

const PAGE: &str = "/application/notice";

impl NoticeShown {
    fn of(notice: &Notice, secret_number: &str, centre_url: &str) -> NoticeShown {
        let account = |one: &Activation| AccountShown {
            kind: one.kind.label().to_owned(),
            user_id: one.user_id.as_str().to_owned(),
            code: one.code.reveal(),
            until: one.until.jst_words(),
        };
        let [master, reset] = &notice.accounts;
        let (enrolment, until) = &notice.enrolment;
        NoticeShown {
            receipt: notice.receipt.clone(),
            facility_code: notice.facility_code.clone(),
            facility_name: notice.facility_name.clone(),
            centre_url: centre_url.to_owned(),
            accounts: vec![account(master), account(reset)],
            secret_number: secret_number.to_owned(),
            terminal_name: notice.terminal_name.clone(),
            enrolment_code: enrolment.grouped(),
            enrolment_until: until.jst_words(),
        }
    }

    /// The notice of a terminal's certificate: no accounts.
    fn of_certificate(notice: &CertificateNotice, centre_url: &str) -> NoticeShown {
        let (enrolment, until) = &notice.enrolment;
        NoticeShown {
            receipt: notice.receipt.clone(),
            facility_code: notice.facility_code.clone(),
            facility_name: notice.facility_name.clone(),
            centre_url: centre_url.to_owned(),
            accounts: Vec::new(),
            secret_number: String::new(),
            terminal_name: notice.terminal_name.clone(),
            enrolment_code: enrolment.grouped(),
            enrolment_until: until.jst_words(),
        }
    }

    /// What the QR code says: the same that is printed, a line each, for a reader that types it.
    pub(super) fn in_lines(&self) -> String {
        let mut lines = vec![
            format!("センター {}", self.centre_url),
            format!("医療機関コード {}", self.facility_code),
            format!("取得コード {}", self.enrolment_code),
        ];
        for account in &self.accounts {
            lines.push(format!("ユーザID {}", account.user_id));
            lines.push(format!("利用開始コード {}", account.code));
        }
        lines.join("\n")
    }
}

/// Draws it. Whoever guesses costs no hash: the code is looked at first.
pub async fn draw(call: Call) -> Result<Response, Error> {
    super::take_turn(&call).await?;
    let form: ReceiptForm = call.form.read();
    let code = match read_code(&call, &form).await {
        Ok(code) => code,
        Err(errors) => return refused_fields(&call, &form, errors),
    };
    let (receipt, shown) = (form.receipt.clone(), code.clone());
    let look = move |tx: &mut Tx<'_>| application::inquire(tx, &receipt, &shown);
    let drawn = match call.service.point_read(Subject::NONE, look).await {
        Ok(found) => draw_as(&call, found.kind, (form.receipt.clone(), code)).await,
        Err(error) => Err(error),
    };
    match drawn {
        Err(Error::Refused(refusal)) if is_shown_on_the_form(refusal.code) => {
            refused(&call, &form, &refusal)
        }
        drawn => drawn,
    }
}

/// Draws the notice of an application of this kind.
async fn draw_as(
    call: &Call,
    kind: ApplicationKind,
    (receipt, code): (String, OneTimeCode),
) -> Result<Response, Error> {
    let centre_url = call.centre.centre_url();
    if kind == ApplicationKind::Certificate {
        let work = move |tx: &mut Tx<'_>| application::draw_certificate(tx, (&receipt, &code));
        let after = move |notice: &CertificateNotice| {
            After::at(PAGE).page(&NoticeShown::of_certificate(notice, &centre_url))
        };
        let (_, response) = call.service.submit(Subject::NONE, work, after).await?;
        return Ok(response);
    }
    let secret_number = NewSecretNumber::generate(&mut Entropy::new(fresh_seed()));
    let number = secret_number.reveal().to_owned();
    let hash = call.centre.hash_secret_number(secret_number).await?;
    let work = move |tx: &mut Tx<'_>| application::draw(tx, (&receipt, &code), &hash);
    let after =
        move |notice: &Notice| After::at(PAGE).page(&NoticeShown::of(notice, &number, &centre_url));
    let (_, response) = call.service.submit(Subject::NONE, work, after).await?;
    Ok(response)
}

/// The page after it was drawn.
pub async fn show(call: Call) -> Result<Response, Error> {
    let Some(shown) = call.shown::<NoticeShown>() else {
        return Ok(reply::redirect(super::STATUS));
    };
    let minutes = call.centre.config.rules.session.shown_again_seconds / 60;
    Ok(reply::page(&NoticePage {
        frame: frame(&call),
        pdf: format!("{PAGE}.pdf?{}", call.result_query()),
        shown,
        minutes,
    }))
}

/// The same as a PDF.
pub async fn pdf(call: Call) -> Result<Response, Error> {
    let shown = call.shown::<NoticeShown>();
    let shown = shown.ok_or(RefusalCode::NotFound)?;
    let made_for = MadeFor {
        words: shown.facility_name.clone(),
        now: call.request.now,
    };
    let document = document(&shown, (&made_for, &call.centre.contact()))?;
    let name = format!("onshi-notice-{}.pdf", shown.receipt);
    call.send_document(&name, move || document).await
}

/// The notice on one page: made to be read, and to be typed from.
pub(in crate::web) fn document(
    shown: &NoticeShown,
    (made_for, contact): (&MadeFor, &str),
) -> Result<Document, Fault> {
    let now = made_for.now.jst_words();
    let facts = |facts: &[(&str, &str)]| {
        let fact = |(label, value): &(&str, &str)| ((*label).to_owned(), (*value).to_owned());
        Block::Facts(facts.iter().map(fact).collect())
    };
    let words = match shown.is_for_certificate() {
        true => "この通知の医療機関コードと取得コード",
        false => "この通知の医療機関コード、取得コード、ユーザID、利用開始コード",
    };
    let number = if shown.is_for_certificate() {
        ""
    } else {
        "1　"
    };
    let mut blocks = vec![
        facts(&[
            ("医療機関等", &shown.facility_name),
            ("医療機関コード", &shown.facility_code),
            ("受付番号・作成", &format!("{}　{now}", shown.receipt)),
        ]),
        documents::part(&format!("{number}端末に電子証明書を入れる")),
        facts(&[
            ("端末名称", &shown.terminal_name),
            ("センター", &shown.centre_url),
            ("取得コード", &shown.enrolment_code),
            ("有効期限", &format!("{}まで", shown.enrolment_until)),
        ]),
        Block::paragraph(
            "資格確認端末で「onshi terminal enroll」を実行し、取得コードを入力します。鍵は端末の中で作られ、外へ出ません。",
        ),
    ];
    if !shown.is_for_certificate() {
        blocks.extend([
            documents::part("2　パスワードを決める"),
            Block::Table(accounts(shown)),
            Block::paragraph(
                "端末の開始画面でログインの「利用開始」を開き、ユーザIDと利用開始コードを入力して、ご自身のパスワードを決めます。マスタアカウントで管理アカウントを作り、管理アカウントでほかのアカウントを作ります。",
            ),
            documents::part("3　秘密の番号を保管する"),
            facts(&[("秘密の番号", &shown.secret_number)]),
            Block::paragraph(
                "マスタアカウントのパスワードが分からなくなったとき、リセット用アカウントでログインし、この番号で初期化します。この紙と別の場所に控え、施錠して保管してください。",
            ),
        ]);
    }
    blocks.push(documents::code(&shown.in_lines(), words, 34)?);
    blocks.push(Block::Paragraph(
        Tone::Quiet,
        format!(
            "このお知らせは一度だけ作成できます。紛失したとき、作成した覚えがないときは、すぐに連絡してください。連絡先：{contact}"
        ),
    ));
    Ok(Document {
        title: shown.title().to_owned(),
        about: shown.facility_name.clone(),
        made_for: format!("{} {now}", made_for.words),
        made: documents::made(made_for.now),
        paper: Paper::Portrait,
        blocks,
    })
}

/// The accounts, a row each.
fn accounts(shown: &NoticeShown) -> Table {
    let rows = shown.accounts.iter().map(|account| Row {
        cells: vec![
            Cell::plain(&account.kind),
            Cell::plain(&account.user_id),
            Cell::plain(&account.code),
            Cell::plain(format!("{}まで", account.until)),
        ],
    });
    Table {
        summary: "アカウントごとの、ユーザIDと利用開始コード".to_owned(),
        columns: vec![
            Column::naming("アカウント", 30),
            Column::new("ユーザID", 18),
            Column::new("利用開始コード（一度だけ使えます）", 32),
            Column::new("有効期限", 24),
        ],
        rows: rows.collect(),
    }
}
