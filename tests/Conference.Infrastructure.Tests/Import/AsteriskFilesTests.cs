using Conference.Core.Calls;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Import;

namespace Conference.Infrastructure.Tests.Import;

public sealed class AsteriskFilesTests
{
    /// <summary>The three files of the Italian guide, word for word.</summary>
    [Fact]
    public void The_three_files_of_the_guide_work_as_written()
    {
        var plan = Read(
            """
            [rooms]
            conf => 1234,pin,adminpin
            """,
            """
            [utente1]
            type=friend
            secret=password1
            host=dynamic
            context=users

            [utente2]
            type=friend
            secret=password2
            host=dynamic
            context=users
            """,
            "exten => 6001,1,MeetMe(1234)");

        var room = Assert.Single(plan.Rooms);
        Assert.Equal(("1234", "pin", "adminpin"), (room.Number.Value, room.GuestPin, room.HostPin));
        Assert.Equal(["utente1", "utente2"], plan.Devices.Select(d => d.Username));
        Assert.All(plan.Devices, d => Assert.Equal("users", d.Context));
        Assert.Equal(DigestSecrets.Hash("utente1", "conference", "password1"), (plan.Devices[0].Ha1Md5, plan.Devices[0].Ha1Sha256, plan.Devices[0].Ha1Sha512Of256));
        var number = Assert.Single(plan.Numbers);
        Assert.Equal(("6001", "1234"), (number.Number, number.Room!.Value.Value));
        Assert.Empty(number.Contexts); // it stands in no context and answers to every phone
        Assert.Null(plan.GuestContext);
    }

    [Fact]
    public void Options_and_pin_of_MeetMe_are_read_with_either_separator()
    {
        var rules = Numbers("exten => 6001,1,MeetMe(1234,aMq,4711)\nexten => 6002,1,MeetMe(1234|lw|)\nexten => 6003,1,MeetMe(,A)");

        Assert.Equal(new EntryOptions(Admin: true, MusicWhenAlone: true, Quiet: true), rules[0].Options);
        Assert.Equal("4711", rules[0].Pin);
        Assert.Equal(new EntryOptions(ListenOnly: true, WaitForMarked: true), rules[1].Options);
        Assert.Null(rules[1].Pin);
        Assert.Null(rules[2].Room); // the caller is asked
    }

    [Theory]
    [InlineData("M(class)w(30)r", true, true, true)]
    [InlineData("w(30", false, true, false)]
    [InlineData("", false, false, false)]
    public void Arguments_of_option_letters_are_stepped_over(string letters, bool music, bool waits, bool records) =>
        Assert.Equal(new EntryOptions(MusicWhenAlone: music, WaitForMarked: waits, Record: records), MeetMeLetters.Read(letters, problem => Assert.Fail($"{problem}")));

    [Fact]
    public void A_letter_not_honoured_is_said_with_its_line()
    {
        var plan = Read("", "", "[users]\nexten => 6001,1,MeetMe(1234,Mk)");

        var problem = Assert.Single(plan.Problems);
        Assert.Equal(("extensions.conf", 2), (problem.File, problem.Line));
        Assert.Contains("'k'", problem.Sentence, StringComparison.Ordinal);
        Assert.Single(plan.Numbers);
    }

    [Fact]
    public void Steps_before_MeetMe_and_same_and_labels_are_understood()
    {
        var rule = Assert.Single(Numbers("[users]\nexten => 6001,1(start),Answer()\n same => n,Wait(1)\n same => n(in),MeetMe(${EXTEN},M)\n same => n,Hangup()"));

        Assert.Equal("6001", rule.Room!.Value.Value);
    }

    [Fact]
    public void A_number_that_needs_what_is_not_run_yet_is_reported_and_leads_nowhere()
    {
        var plan = Read("", "", "[users]\nexten => 6001,1,Authenticate(1234)\nexten => 6001,2,MeetMe(1234)\nexten => 6002,1,MeetMe(1234)");

        Assert.Equal(["6002"], plan.Numbers.Select(n => n.Number));
        Assert.Equal(2, Assert.Single(plan.Problems).Line);
    }

    [Fact]
    public void A_context_reaches_what_it_includes_through_others()
    {
        var rule = Assert.Single(Numbers("[boss]\ninclude => users\n[users]\ninclude => rooms\n[rooms]\nexten => 6001,1,MeetMe(1234)\n[lobby]\n"));

        Assert.Equal(["boss", "rooms", "users"], rule.Contexts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Contexts_that_include_each_other_end() =>
        Assert.Equal(2, Assert.Single(Numbers("[a]\ninclude => b\nexten => 6001,1,MeetMe(1)\n[b]\ninclude => a")).Contexts.Count);

    [Fact]
    public void A_pattern_stands_for_the_rooms_it_matches()
    {
        var plan = Read("[rooms]\nconf => 6100\nconf => 6200\nconf => 7100", "", "[users]\nexten => _6[1-2]XX,1,MeetMe(${EXTEN})");

        Assert.Equal(["6100", "6200"], plan.Numbers.Select(n => n.Number));
    }

    [Fact]
    public void Comments_blocks_and_blanks_are_no_lines()
    {
        var plan = Read("; rooms\n[rooms] ; here\n;-- conf => 1\nconf => 2 --;\n  conf=>3 , 12 ,; pin\nconf = 4", "", "");

        Assert.Equal([("3", "12"), ("4", "")], plan.Rooms.Select(r => (r.Number.Value, r.GuestPin)));
        Assert.Empty(plan.Problems);
    }

    [Fact]
    public void Bad_lines_are_reported_with_file_and_line_and_the_rest_works()
    {
        var plan = Read(
            "[rooms\nconf => 12a4\nconf => 1234\nroom => 5\nnonsense\nconf => 1234,9\n#include \"more.conf\"",
            "[anna]\nsecret=x\n[no secret]\n[bob]\ntype=wizard\nsecret=y\n[eve]\nhost=10.0.0.1\nsecret=z",
            "exten => 6001\nsame => n,MeetMe(1)\nexten => 6002,1,MeetMe(1234)\nswitch => x");

        Assert.Equal(["1234"], plan.Rooms.Select(r => r.Number.Value));
        Assert.Equal(["anna"], plan.Devices.Select(d => d.Username));
        Assert.Equal(["6002"], plan.Numbers.Select(n => n.Number));
        Assert.Equal([1, 2, 4, 5, 6, 7], plan.Problems.Where(p => p.File == "meetme.conf").Select(p => p.Line).Order());
        Assert.Equal([3, 4, 7], plan.Problems.Where(p => p.File == "sip.conf").Select(p => p.Line).Order());
        Assert.Equal([1, 2, 4], plan.Problems.Where(p => p.File == "extensions.conf").Select(p => p.Line).Order());
    }

    [Fact]
    public void No_sentence_holds_a_secret()
    {
        var plan = Read("[rooms]\nconf => x,geheim,streng", "[anna x]\nsecret=geheim\n[b]\ntype=q\nsecret=streng", "exten => 6001,1,Macro(geheim)\nexten => 6002,1,Dial,geheim\n[geheim\nexten => 6003,geheim,MeetMe(1)");

        Assert.NotEmpty(plan.Problems);
        Assert.All(plan.Problems, p => Assert.False(p.Sentence.Contains("geheim", StringComparison.Ordinal) || p.Sentence.Contains("streng", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_sentence_brings_a_line_end_or_an_end_of_patience()
    {
        var plan = Read("x\u001b[31my = 1\n" + string.Concat(Enumerable.Repeat("oh dear\n", 5000)), "", "");

        Assert.Equal(500, plan.Problems.Length);
        Assert.All(plan.Problems, p => Assert.DoesNotContain(p.Sentence, char.IsControl));
    }

    [Fact]
    public void The_oldest_way_to_write_MeetMe_is_understood()
    {
        var rule = Assert.Single(Numbers("exten => 6001,1,MeetMe,1234|Mq|4711"));

        Assert.Equal(("1234", "4711", true), (rule.Room!.Value.Value, rule.Pin, rule.Options.Quiet));
    }

    [Fact]
    public void Commas_inside_an_option_divide_nothing()
    {
        var rule = Assert.Single(Numbers("exten => 6001,1,MeetMe(1234,M(a,b)w(30),4711)"));

        Assert.Equal(("4711", new EntryOptions(MusicWhenAlone: true, WaitForMarked: true)), (rule.Pin, rule.Options));
    }

    [Theory]
    [InlineData("exten => 6001,hint,SIP/anna\nexten => 6001,1,MeetMe(1234)", 1)]
    [InlineData("exten => 6001,x,MeetMe(1234)\nexten => 6001,1,MeetMe(1234)", 1)]
    [InlineData("exten => 6002,1,Answer()\nexten => 6002,2,Hangup()\nexten => 6001,1,MeetMe(1234)", 1)]
    [InlineData("exten => 6001,1,MeetMe(1234)\n;-- this goes on\nexten => 6002,1,MeetMe(1234)", 2)]
    public void What_leads_nowhere_is_said_and_the_rest_works(string text, int line)
    {
        var plan = Read("", "", text);

        Assert.Equal(["6001"], plan.Numbers.Select(n => n.Number));
        Assert.Equal(line, Assert.Single(plan.Problems).Line);
    }

    [Theory]
    [InlineData("deny=0.0.0.0/0")]
    [InlineData("insecure=invite")]
    [InlineData("md5secret=0123")]
    public void A_line_of_a_phone_that_changes_nothing_here_is_said(string line)
    {
        var plan = Read("", $"[anna]\nsecret=x\nnat=yes\n{line}", "");

        Assert.Single(plan.Devices);
        Assert.Equal(4, Assert.Single(plan.Problems).Line);
    }

    /// <summary>Files of the largest size that are read, made to be slow; each was minutes once.</summary>
    [Theory]
    [InlineData("rooms")]
    [InlineData("blocks")]
    [InlineData("includes")]
    [InlineData("patterns")]
    public void No_file_keeps_us_busy(string kind)
    {
        var rooms = "[rooms]\n" + string.Concat(Enumerable.Range(10000, 80_000).Select(i => $"conf=>{i}\n"));
        var since = System.Diagnostics.Stopwatch.StartNew();

        var plan = kind switch
        {
            "rooms" => Read(rooms, "", ""),
            "blocks" => Read(string.Concat(Enumerable.Repeat(";--x--;", 150_000)), "", ""),
            "includes" => Read("", "", string.Concat(Enumerable.Range(0, 15_000).Select(i => $"[c{i}]\ninclude=>c{i + 1}\nexten=>{i},1,MeetMe(1)\n"))),
            _ => Read(rooms, "", "[a]\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"exten=>_{i % 10}X.,{i},MeetMe(${{EXTEN}})\nexten=>_{i}!,1,MeetMe(${{EXTEN}})\n"))),
        };

        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.InRange(plan.Numbers.Length, 0, 100_000);
    }

    [Theory]
    [InlineData("allowguest=yes\ncontext=public", "public")]
    [InlineData("allowguest=yes", "default")]
    [InlineData("context=public", null)]
    [InlineData("allowguest=no\ncontext=public", null)]
    public void Guests_need_the_word_in_the_file(string general, string? context) =>
        Assert.Equal(context, Read("", "[general]\n" + general, "").GuestContext);

    [Theory]
    [InlineData("\"Anna Rossi\" <201>", "Anna Rossi", "201")]
    [InlineData("Anna <201>", "Anna", "201")]
    [InlineData("201", "anna", "201")]
    [InlineData("", "anna", "anna")]
    public void Caller_ids_name_and_number_a_phone(string callerid, string name, string number)
    {
        var device = Assert.Single(Read("", $"[anna]\nsecret=x\ncallerid={callerid}", "").Devices);

        Assert.Equal((name, number), (device.Name, device.Extension));
    }

    [Fact]
    public void Templates_lend_their_lines()
    {
        var device = Assert.Single(Read("", "[house](!)\ncontext=users\nsecret=a\n[anna](house)\nsecret=b", "").Devices);

        Assert.Equal("users", device.Context);
        Assert.Equal(DigestSecrets.Hash("anna", "conference", "b").Md5, device.Ha1Md5);
    }

    /// <summary>Whatever stands in the files, reading ends and does not throw.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_text_is_read_without_harm(int seed)
    {
        var random = new Random(seed);
        string[] bits = ["[", "]", "rooms", "\n", "=>", "=", ",", "|", ";--", "--;", ";", "conf", "exten", "same", "include", "MeetMe(", ")", "_6X", "[1-", "${EXTEN}", "\0", "\u202e", "1234", "(!)", "\\"];
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => bits[random.Next(bits.Length)]));
            Read(text, text, text);
        }
    }

    private static System.Collections.Immutable.ImmutableArray<NumberRule> Numbers(string text) => Read("", "", text).Numbers;

    private static AsteriskPlan Read(string rooms, string phones, string numbers) => AsteriskFiles.Read("conference", new Dictionary<string, string>
    {
        [AsteriskFiles.Rooms] = rooms,
        [AsteriskFiles.Phones] = phones,
        [AsteriskFiles.Numbers] = numbers,
    });
}
