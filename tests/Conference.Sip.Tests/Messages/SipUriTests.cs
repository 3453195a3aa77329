using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Tests.Messages;

public class SipUriTests
{
    [Theory] // RFC 3261 §19.1.4
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true)]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5", true)]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true)]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false)]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false)]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false)]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false)]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false)]
    [InlineData("sip:a@b", "sips:a@b", false)]
    [InlineData("sip:a:x@b", "sip:a@b", false)]
    [InlineData("sip:a@b;user=phone", "sip:a@b", false)]
    public void URIs_are_the_same_in_both_directions_or_in_none(string left, string right, bool same)
    {
        Assert.Equal(same, SipUri.Same(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right)));
        Assert.Equal(same, SipUri.Same(Encoding.ASCII.GetBytes(right), Encoding.ASCII.GetBytes(left)));
    }

    [Theory]
    [InlineData("sip:user;par=u%40example.net@example.com", "user;par=u@example.net", "example.com", -1)]
    [InlineData("sip:a#b@[2001:db8::1]:5070;x?y=z", "a#b", "[2001:db8::1]", 5070)]
    [InlineData("sip:null-%00-null@example.com", "null- -null", "example.com", -1)]
    [InlineData("sip:%zz%4@h", "%zz%4", "h", -1)]
    [InlineData("sip:h:5060", "", "h", 5060)]
    [InlineData("tel:+39050123;ext=1", "+39050123", "", -1)]
    public void Parts_are_where_they_belong(string text, string user, string host, int port)
    {
        Assert.True(SipUri.TryParse(Encoding.ASCII.GetBytes(text), out var uri));
        Assert.Equal((user, host, port), (uri.UserText(), Encoding.ASCII.GetString(uri.Host), uri.Port));
    }

    [Theory]
    [InlineData("sip:")]
    [InlineData("sip:@h")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@h:")]
    [InlineData("sip:a@h:65536")]
    [InlineData("sip:a@h:x")]
    [InlineData("sip:a@[::1")]
    [InlineData("sip:a@[fe80::1%25eth0]")]
    [InlineData("sip:a@2001:db8::1")]
    [InlineData("sip:a b@h")]
    [InlineData("noscheme")]
    [InlineData(":x")]
    public void What_is_no_URI_is_refused(string text) => Assert.False(SipUri.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Lists_are_split_outside_quotes_and_brackets_only()
    {
        var values = new Splitter("\"a, \\\" b\" <sip:x,y@h>;p=\",\" , <sip:z@h>"u8);
        var seen = new List<string>();
        while (values.MoveNext()) seen.Add(Encoding.ASCII.GetString(values.Current));

        Assert.Equal(["\"a, \\\" b\" <sip:x,y@h>;p=\",\"", "<sip:z@h>"], seen);
    }

    [Fact]
    public void Nothing_passed_to_the_writer_can_begin_a_header_of_its_own()
    {
        Assert.Throws<ArgumentException>(() => Write("a\r\nEvil: 1"));
        Assert.Throws<ArgumentException>(() => Write("a\nb"));

        static byte[] Write(string value)
        {
            var writer = new SipWriter();
            writer.Response(200, "OK");
            writer.Header(HeaderId.Date, value);
            return writer.Finish();
        }
    }
}
