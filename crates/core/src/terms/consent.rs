//! The words of a consent: for which care, how verified, and why it ended.

words! {
    /// 診療区分: for which kind of care somebody consents, by the codes of the interface's list OQSCD028.
    Purpose {
        /// At the desk.
        Outpatient = "1", "外来等";
        /// At home.
        HomeVisit = "2", "訪問診療等";
        /// Online, on a booked day.
        Online = "3", "オンライン診療等";
    }
}

words! {
    /// 本人確認の方法: how it was made sure that it is the holder of the card who consents.
    Verification {
        /// By the reader's camera.
        Face = "face", "顔認証";
        /// By the four digits of the card.
        Pin = "pin", "暗証番号";
        /// By the staff, who looked (目視確認).
        ByEye = "by_eye", "目視確認";
        /// By the holder's smartphone.
        Smartphone = "smartphone", "スマートフォン";
        /// Said at the desk; good for 限度額 only.
        Oral = "oral", "口頭";
    }
}

words! {
    /// 同意の終わり方: why a consent ended before its time. The first three are the codes of the list OQSCD031.
    EndedWhy {
        /// The institution took it back.
        ByInstitution = "1", "医療機関等による取消";
        /// The patient took it back.
        ByPatient = "2", "患者による取消";
        /// It is used for another kind of care from now on.
        UseChanged = "3", "用途変更による取消";
        /// The patient was asked again, and what was said then counts.
        AskedAgain = "asked_again", "新しい同意の登録";
    }
}
