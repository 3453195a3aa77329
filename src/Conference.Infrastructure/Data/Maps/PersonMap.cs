using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class PersonMap : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> person)
    {
        person.ToTable("people");
        person.Property(p => p.DisplayName).HasMaxLength(Person.DisplayNameLength);
        person.Property(p => p.TimeZone).HasMaxLength(64);
        person.Property(p => p.Language).HasMaxLength(16);
    }
}
