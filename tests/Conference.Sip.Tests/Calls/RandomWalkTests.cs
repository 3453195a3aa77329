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
