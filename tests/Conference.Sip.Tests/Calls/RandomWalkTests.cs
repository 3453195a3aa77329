using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

/// <summary>Phones and house doing anything at any time: nothing may throw, every request but ACK is answered, and nothing stays behind.</summary>
public class RandomWalkTests
{
    private static readonly SipBody Body = new("application/sdp", Encoding.ASCII.GetBytes("v=0\r\n"));
    private static readonly string[] Methods = ["INVITE", "UPDATE", "INFO", "BYE", "ACK", "CANCEL", "OPTIONS", "PRACK", "REFER", "NOTIFY"];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void After_any_storm_the_house_is_empty_again(int seed, bool overTcp)
    {
        var random = new Random(seed);
        var stage = new Stage();
        for (var i = 0; i < 60; i++) Walk(random, stage, overTcp, port: 7_000 + i);

        stage.Pass(TimeSpan.FromSeconds(70));

        Assert.Equal(0, stage.Agent.Alive);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void After_any_storm_of_calls_we_place_the_house_is_empty_again(int seed)
    {
        var random = new Random(seed);
        var stage = new Stage();
        for (var i = 0; i < 60; i++) Place(random, stage, $"198.51.100.{i + 1}");

        stage.Pass(TimeSpan.FromSeconds(200));

        Assert.Equal(0, stage.Agent.Alive);
    }

    /// <summary>A peer that answers anything at any time, in any dialog, and a house that changes its mind.</summary>
    private static void Place(Random random, Stage stage, string address)
    {
        int[] statuses = [100, 180, 183, 199, 200, 202, 302, 401, 407, 422, 486, 491, 500, 503, 600, 603];
        var house = new Dialler(stage);
        var callee = new Callee(stage, stage.Net.At(address));
        house.OnMedia = m => m.Likes = _ => random.Next(4) > 0;
        house.Call(c => c with { RingTimeout = TimeSpan.FromSeconds(20), OnRedirect = (t, _) => t }, Dialler.Uri($"sip:bob@{address}"));
        for (var step = 0; step < 14; step++)
        {
            var tag = "t" + random.Next(3);
            switch (random.Next(6))
            {
                case 0:
                    house.GiveUp();
                    break;
                case 1:
                    stage.Pass(TimeSpan.FromMilliseconds(random.Next(4_000)));
                    break;
                case 2:
                    callee.Ask(Methods[random.Next(Methods.Length)], (uint)(step + 1), random.Next(2) == 0 ? "Refer-To: <sip:x@y>\r\n" : "", random.Next(2) == 0 ? "v=0\r\n" : "", tag);
                    break;
                case 3 when house.IsDone && house.Result.Call is { } up:
                    if (random.Next(2) == 0) _ = up.OfferAsync(Body, default);
                    else _ = up.HangUpAsync(new CallEnd(200, ""));
                    stage.Turn();
                    break;
                default:
                    var requests = callee.Wire.Sent.Where(m => m.IsRequest && m.Method != "ACK").ToArray();
                    var headers = random.Next(3) == 0 ? $"Require: 100rel\r\nRSeq: {random.Next(3)}\r\nSession-Expires: 90\r\nMin-SE: 4000\r\n" : "";
                    callee.Answer(requests[random.Next(requests.Length)], statuses[random.Next(statuses.Length)], headers, random.Next(2) == 0 ? "v=0\r\n" : "", tag);
                    break;
            }
        }

        house.GiveUp();
        if (house.Result.Call is { } left) _ = left.HangUpAsync(new CallEnd(200, ""));
        stage.Turn();
    }

    private static void Walk(Random random, Stage stage, bool overTcp, int port)
    {
        var phone = new Phone(stage, port: port, overTcp: overTcp);
        phone.Dial("6001", random.Next(2) == 0 ? "Supported: timer\r\nAllow: UPDATE\r\nSession-Expires: 90\r\n" : "", random.Next(3) == 0 ? "" : "v=0\r\n");
        var (call, _) = stage.Calls[^1];
        var branch = phone.Branch;
        ISipCall? up = null;
        for (var step = 0; step < 12; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    stage.Finish(call.RingAsync());
                    break;
                case 1:
                    up = stage.Finish(call.AnswerAsync(Body));
                    up.OnOffer = _ => random.Next(3) == 0 ? null : Body;
                    break;
                case 2:
                    stage.Finish(call.RejectAsync(486));
                    break;
                case 3 when up is not null:
                    _ = up.HangUpAsync(new CallEnd(403, "PIN"));
                    stage.Turn();
                    break;
                case 4:
                    stage.Pass(TimeSpan.FromMilliseconds(random.Next(3_000)));
                    break;
                default:
                    Say(random, phone, branch);
                    break;
            }

            phone.ToTag = phone.Wire.Sent.LastOrDefault(m => m.Status > 100 && m.Envelope.ToTag.Length > 0)?.Envelope.ToTag ?? phone.ToTag;
        }

        if (overTcp && random.Next(2) == 0) stage.Agent.OnFlowClosed(phone.Wire);
        stage.Finish(call.RejectAsync(480));
        if (up is not null) _ = up.HangUpAsync(new CallEnd(200, ""));
        stage.Turn();
    }

    private static void Say(Random random, Phone phone, string branch)
    {
        var method = Methods[random.Next(Methods.Length)];
        var isOld = method is "CANCEL" or "ACK" && random.Next(2) == 0;
        if (!isOld && method is not "ACK") phone.CSeq++;
        phone.Wire.Sent.Clear();
        phone.Send(phone.Write(method, "sip:6001@pbx.test", body: random.Next(2) == 0 ? "v=0\r\n" : "", branch: isOld ? branch : null));
        Assert.True(method is "ACK" or "INVITE" || phone.Wire.Sent.Any(m => !m.IsRequest && m.Envelope.CSeqMethod == method), method + " was not answered");
    }
}
