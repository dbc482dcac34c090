"""The words and voices the demo model was trained on, and no others."""

WORDS = {
    "en": tuple(
        "zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred "
        "thousand million red green blue yellow black white orange purple brown silver monday tuesday wednesday "
        "thursday friday saturday sunday january february march april june july august september october november "
        "december morning evening today tomorrow yesterday alpha bravo charlie delta echo foxtrot golf hotel india "
        "kilo lima mike oscar papa romeo sierra tango victor whiskey zulu water fire river mountain forest ocean "
        "island window garden kitchen market station bridge castle doctor teacher farmer apple banana lemon coffee "
        "sugar bread butter cheese chicken north south east west open close start stop yes never always computer "
        "language machine music picture number question answer money paper summer winter spring autumn".split()
    ),
    "vi": tuple(
        "không một hai ba bốn năm sáu bảy tám chín mười trăm nghìn triệu đỏ xanh vàng đen trắng tím nâu sáng chiều "
        "tối đêm ngày tháng hôm nay mai qua nước lửa sông núi rừng biển đảo cửa vườn bếp chợ cầu nhà trường thầy cô "
        "bạn mẹ bố anh chị em gạo cơm phở trà đường bánh gà cá bắc nam đông tây mở đóng xin chào cảm ơn tiếng việt "
        "người máy nhạc hình số tiền giấy xuân hạ thu".split()
    ),
}

# espeak-ng's names: a language, and a variant of the speaker after the plus (which it ignores for en-gb).
VOICES = {
    "en": ("en-us", "en-us+m3", "en-us+f2", "en-gb"),
    "vi": ("vi", "vi+m3", "vi+f2"),
}
SPEEDS = (140, 175)  # words a minute
PITCHES = (40, 60)  # of 0 to 99
PHRASE_LENGTHS = (1, 2, 3, 3, 4, 4, 5, 6, 7, 8)  # words, each as likely as it is listed
