using Conference.Sip.Calls;

namespace Conference.Sip.Tests.House;

/// <summary>What happens at the numbers of the test house: 7001 rings, 7003 rings and answers, 7004 and 6001 answer, the rest is unknown.</summary>
internal static class Numbers
{
    public static async Task Handle(IIncomingCall call, CancellationToken abandoned)
    {
        switch (call.Dialled)
        {
            case "7001":
                await call.RingAsync();
                await Task.Delay(TimeSpan.FromSeconds(30), abandoned);
                break;
            case "7003":
                await call.RingAsync();
                await Task.Delay(TimeSpan.FromSeconds(1), abandoned);
                await Answer(call);
                break;
            case "7004" or "6001":
                await Answer(call);
                break;
            default:
                await call.RejectAsync(404);
                break;
        }
    }

    private static async Task Answer(IIncomingCall call)
    {
        if (FakeSdp.Answer(call.Body) is not { } body)
        {
            await call.RejectAsync(488);
            return;
        }

        var up = await call.AnswerAsync(body);
        up.OnOffer = FakeSdp.Answer;
        up.OnRefer = Move;
    }

    /// <summary>Whoever wants to another room is there at once.</summary>
    private static async Task Move(IReferral referral)
    {
        if (referral.ReferTo != "6003")
        {
            await referral.RefuseAsync(404);
            return;
        }

        await referral.AcceptAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        await referral.TellAsync(200, "OK");
    }
}
