//! OQSsiurl01: an institution's program asks for the own address of マイナ在宅受付Web, as a PDF to hang up or as a picture of the
//! QR code alone.

use crate::api::messages::codes;
use crate::api::messages::header::{Head, Header, Why};
use crate::api::messages::medical::pdf;
use crate::api::messages::{ApiCall, Operation, Printed, Received};
use crate::documents::{self, MadeFor, png};
use onshi_core::home_reception;
use onshi_core::{Error, Subject, Tx, consent::Purpose};
use onshi_documents::{Block, Document, Paper};
use onshi_wire::codes::{ProcessingResultStatus, UrlForm};
use onshi_wire::error_codes::{self, ErrorCode};
use onshi_wire::messages::{
    AccessUrlInfo, AccessUrlRequest, AccessUrlResponse, AccessUrlResponseBody,
};
use onshi_wire::{Problem, Spellings};

/// OQSsiurl01.
pub(crate) struct FetchAccessUrl;

/// How wide the code is on the paper.
const MILLIMETRES: u16 = 60;
const CODE: &str = "マイナ在宅受付Webの二次元コード";

fn told(head: &Head, asked: AccessUrlInfo, code: &ErrorCode) -> AccessUrlResponse {
    AccessUrlResponse {
        header: Header::of_done(head),
        body: AccessUrlResponseBody {
            url: Some(asked),
            processing_result_status: Some(ProcessingResultStatus::Error.into()),
            processing_result_code: Some(code.code.to_owned()),
            processing_result_message: Some(code.text_ja.to_owned()),
        },
    }
}

fn document(
    (url, purpose): (&str, Purpose),
    institution: &str,
    made_for: &MadeFor,
) -> Result<Document, Error> {
    let now = made_for.now.jst_words();
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Ok(Document {
        title: "マイナ在宅受付Web".to_owned(),
        about: institution.to_owned(),
        // It is to be hung up: nothing lies across it.
        made_for: String::new(),
        made: documents::made(made_for.now),
        paper: Paper::Portrait,
        blocks: vec![
            Block::paragraph(format!(
                "{institution} の、{}の受付です。ご自宅などから、下のURLか二次元コードを開き、マイナンバーカードで本人確認をして、同意を登録してください。",
                purpose.label()
            )),
            documents::code(url, CODE, MILLIMETRES)?,
            Block::Facts(vec![
                fact("URL", url),
                fact("医療機関等", institution),
                fact("作成", &format!("{} {now}", made_for.words)),
            ]),
        ],
    })
}

impl Operation for FetchAccessUrl {
    type Request = AccessUrlRequest;
    type Asked = AccessUrlInfo;
    type Answer = AccessUrlResponse;

    fn asked(
        request: AccessUrlRequest,
        _: &mut Vec<Problem>,
        _: &Spellings,
    ) -> Result<AccessUrlInfo, Error> {
        Ok(request.body.url)
    }

    fn refused(head: &Head, asked: AccessUrlInfo, why: Why) -> AccessUrlResponse {
        AccessUrlResponse {
            header: Header::of_not_done(head, why),
            body: AccessUrlResponseBody {
                url: Some(asked),
                processing_result_status: Some(ProcessingResultStatus::Error.into()),
                ..AccessUrlResponseBody::default()
            },
        }
    }

    async fn run(call: &ApiCall, mut received: Received<AccessUrlInfo>) -> Result<Printed, Error> {
        let form = received.form(call);
        let (head, info) = (received.head, received.asked);
        let (Some(purpose), Some(wanted)) = (
            Purpose::from_code(&info.purpose),
            UrlForm::from_code(&info.form),
        ) else {
            let code = &error_codes::CODE_VALUE;
            call.service.note_refusal(codes::refusal_of(code)).await?;
            return Ok(form.print(Self::refused(&head, info, code.into())));
        };
        let find = move |tx: &mut Tx<'_>| home_reception::fetch(tx, purpose);
        let found = call.service.point_read(Subject::NONE, find).await;
        let (token, institution) = match codes::told(found)? {
            Ok(found) => found,
            Err(code) => return Ok(form.print(told(&head, info, code))),
        };
        let Some(url) = call.centre.home_url(&token) else {
            return Ok(form.print(told(&head, info, &error_codes::HOME_NOT_ISSUED)));
        };
        if wanted == UrlForm::Png {
            return Ok(Printed::png(png::of(&documents::squares(&url)?)));
        }
        let made_for = pdf::made_for(call, &institution)?;
        let document = document((&url, purpose), &institution, &made_for)?;
        match pdf::print(call, move || document).await? {
            Ok(printed) => Ok(printed),
            Err(code) => Ok(form.print(told(&head, info, code))),
        }
    }
}
