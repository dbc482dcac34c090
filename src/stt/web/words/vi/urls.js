// Why the service does not fetch a file, in Vietnamese, by the `reason` of its refusal.

const REFUSED = {
  no_url: "địa chỉ phải bắt đầu bằng http:// hoặc https://, có tên máy chủ và không có mật khẩu",
  not_public: "máy chủ này không nằm trên Internet công cộng",
  leads_on: "địa chỉ này chuyển hướng quá nhiều lần",
};

const UNREACHABLE = {
  host_unknown: "không tìm thấy máy chủ này",
  no_answer: "máy chủ không trả lời",
  too_slow: "máy chủ trả lời quá chậm",
  wrong_answer: "máy chủ không đưa tệp",
};

const because = (sentence, why) => `${sentence}${why ? `: ${why}` : ""}.`;

export default {
  url_not_allowed: ({ details }) => because("Dịch vụ không lấy tệp ở địa chỉ này", REFUSED[details?.reason]),
  url_unreachable: ({ details }) => because("Không lấy được tệp", UNREACHABLE[details?.reason]),
};
